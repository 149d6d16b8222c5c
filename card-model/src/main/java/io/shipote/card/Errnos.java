package io.shipote.card;

/** Words for the errors that starting a program can meet, by Linux's numbers. */
final class Errnos {
    static final int ENOENT = 2;

    private Errnos() {}

    static String text(int errno) {
        switch (errno) {
            case 1:
                return "operation not permitted (EPERM)";
            case ENOENT:
                return "no such file or directory (ENOENT)";
            case 4:
                return "its launch was interrupted (EINTR)";
            case 7:
                return "argument list too long (E2BIG)";
            case 8:
                return "no program that the kernel can run (ENOEXEC)";
            case 11:
                return "too many processes (EAGAIN)";
            case 12:
                return "out of memory (ENOMEM)";
            case 13:
                return "permission denied (EACCES)";
            case 20:
                return "a part of the path is no directory (ENOTDIR)";
            case 21:
                return "is a directory (EISDIR)";
            case 23:
                return "too many open files on the host (ENFILE)";
            case 24:
                return "too many open files (EMFILE)";
            case 26:
                return "is open for writing (ETXTBSY)";
            case 36:
                return "the name is too long (ENAMETOOLONG)";
            case 40:
                return "too many symbolic links (ELOOP)";
            default:
                return "errno " + errno;
        }
    }
}
