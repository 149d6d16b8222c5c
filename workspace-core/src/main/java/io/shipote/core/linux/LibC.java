package io.shipote.core.linux;

import com.sun.jna.Native;

/**
 * The C library, with its own names and argument order. Pointers are {@code long}; an {@code int[]} or
 * {@code long[]} is copied in and out. A call that fails returns -1 and leaves {@code Native.getLastError()},
 * unless it says otherwise. Only 64-bit little-endian Linux with glibc.
 *
 * <p>Variadic functions are declared with the arguments that are used: integers travel alike in both forms
 * on x86-64, aarch64 and riscv64.
 */
final class LibC {
    static final int O_RDONLY = 0;
    static final int O_WRONLY = 1;
    static final int O_RDWR = 2;
    static final int O_CREAT = 0100;
    static final int O_NOCTTY = 0400;
    static final int O_APPEND = 02000;
    static final int O_NONBLOCK = 04000;
    static final int O_CLOEXEC = 02000000;

    static final int F_SETFD = 2;
    static final int F_SETFL = 4;
    static final int F_DUPFD_CLOEXEC = 1030;
    static final int F_SETPIPE_SZ = 1031;
    static final int F_GETPIPE_SZ = 1032;
    static final int FD_CLOEXEC = 1;
    static final long FIONREAD = 0x541B;

    static final int FALLOC_FL_KEEP_SIZE = 1;
    static final int FALLOC_FL_PUNCH_HOLE = 2;

    static final int SEEK_DATA = 3;

    static final int MFD_CLOEXEC = 1;

    static final int SPLICE_F_MOVE = 1;
    static final int SPLICE_F_NONBLOCK = 2;

    static final int POLLIN = 0x1;
    static final int POLLPRI = 0x2;
    static final int POLLOUT = 0x4;
    static final int POLLERR = 0x8;
    static final int POLLHUP = 0x10;

    static final int IN_MODIFY = 2;

    static final int LOCK_EX = 2;
    static final int LOCK_NB = 4;

    static final int X_OK = 1;

    static final int P_ALL = 0;
    static final int P_PID = 1;
    static final int P_PIDFD = 3;
    static final int WNOHANG = 1;
    static final int WEXITED = 4;
    static final int SIZEOF_RUSAGE = 144;
    static final int WNOWAIT = 0x01000000;
    static final int CLD_EXITED = 1;
    static final int CLD_DUMPED = 3;

    static final int SIG_SETMASK = 2;
    static final long SYS_CLOSE_RANGE = 436;
    static final long CLOSE_RANGE_CLOEXEC = 4;

    static final long SYS_PIDFD_SEND_SIGNAL = 424;
    static final long SYS_PIDFD_OPEN = 434;
    /** {@code _IOWR(0xFF, 11, struct pidfd_info)} with the 64 bytes of its first version. */
    static final long PIDFD_GET_INFO = 0xC040FF0BL;

    static final long PIDFD_INFO_EXIT = 8;

    static final int SIGCHLD = 17;
    static final long SIG_DFL = 0;
    static final long SIG_ERR = -1;

    static final int PR_SET_CHILD_SUBREAPER = 36;

    static final short POSIX_SPAWN_SETSIGDEF = 0x04;
    static final short POSIX_SPAWN_SETSIGMASK = 0x08;
    static final short POSIX_SPAWN_SETSID = 0x80;

    static final int SIZEOF_SIGINFO = 128;
    static final int SIZEOF_SIGSET = 128;
    static final int SIZEOF_SPAWNATTR = 336;
    static final int SIZEOF_FILE_ACTIONS = 80;

    static {
        NativePath.set();
        Native.register(LibC.class, (String) null);
    }

    private LibC() {}

    /** The error number that the last failed call of this thread left. */
    static int errno() {
        return Native.getLastError();
    }

    static native String strerror(int errnum);

    static native int open(byte[] path, int flags, int mode);

    static native int close(int fd);

    static native long read(int fd, byte[] buf, long count);

    static native long pread(int fd, byte[] buf, long count, long offset);

    static native long pread(int fd, long buf, long count, long offset);

    static native long getdents64(int fd, long dirp, long count);

    static native int getpagesize();

    static native long write(int fd, byte[] buf, long count);

    static native int fcntl(int fd, int cmd, int arg);

    static native int ioctl(int fd, long request, int[] arg);

    static native int ioctl(int fd, long request, long[] arg);

    static native int pipe2(int[] pipefd, int flags);

    static native long splice(int fdIn, long offIn, int fdOut, long offOut, long len, int flags);

    static native long tee(int fdIn, int fdOut, long len, int flags);

    /** Each {@code struct pollfd} is two ints: descriptor; events in the low half, revents in the high half. */
    static native int poll(int[] fds, long nfds, int timeout);

    static native int fallocate(int fd, int mode, long offset, long len);

    static native long lseek(int fd, long offset, int whence);

    static native int memfd_create(byte[] name, int flags);

    static native int ftruncate(int fd, long length);

    static native int fchmod(int fd, int mode);

    static native int inotify_init1(int flags);

    static native int inotify_add_watch(int fd, byte[] pathname, int mask);

    static native int inotify_rm_watch(int fd, int wd);

    static native int flock(int fd, int operation);

    static native int socket(int domain, int type, int protocol);

    /** The address is a {@code struct sockaddr}. */
    static native int connect(int fd, byte[] address, int length);

    static native int access(byte[] path, int mode);

    static native int kill(int pid, int sig);

    static native int geteuid();

    static native int getpid();

    static native long syscall(long number, long a1, long a2, long a3, long a4);

    /** {@code infop} as ints: 2 is si_code, 4 is si_pid, 6 is si_status. */
    static native int waitid(int idtype, int id, int[] infop, int options);

    /** {@code rusage} as longs: 0 to 3 are user and system time, each in seconds and microseconds; 4 is ru_maxrss. */
    static native int wait4(int pid, int[] wstatus, int options, long[] rusage);

    static native long signal(int signum, long handler);

    /** Of the calling thread alone. {@code set} and {@code oldset} may be 0. */
    static native int sigprocmask(int how, long set, long oldset);

    static native int execve(byte[] pathname, long argv, long envp);

    static native int prctl(int option, long arg2, long arg3, long arg4, long arg5);

    /* The posix_spawn family returns the error number and does not set errno. */

    static native int posix_spawn(int[] pid, byte[] path, long fileActions, long attrp, long argv, long envp);

    static native int posix_spawnattr_init(long attr);

    static native int posix_spawnattr_destroy(long attr);

    static native int posix_spawnattr_setflags(long attr, short flags);

    static native int posix_spawnattr_setsigmask(long attr, long set);

    static native int posix_spawnattr_setsigdefault(long attr, long set);

    static native int posix_spawn_file_actions_init(long actions);

    static native int posix_spawn_file_actions_destroy(long actions);

    static native int posix_spawn_file_actions_addclose(long actions, int fd);

    static native int posix_spawn_file_actions_adddup2(long actions, int fd, int newfd);
}
