package io.shipote.daemon;

import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.shipote.core.Loop;

/** A foreign descriptor in the loop's epoll instance. Loop only. */
final class DescriptorWatch implements EpollIoHandle, Loop.Watch {
    /** See epoll_ctl(2); the library has no name for it. */
    private static final int EPOLLPRI = 0x2;

    private final FileDescriptor fd;
    private final EpollIoOps wanted;
    private final Runnable ready;
    private IoRegistration registration;
    private boolean cancelled;

    DescriptorWatch(int number, Loop.Interest interest, Runnable ready) {
        this.fd = new FileDescriptor(number);
        this.wanted = of(interest).with(EpollIoOps.EPOLLERR).with(EpollIoOps.EPOLLET);
        this.ready = ready;
    }

    private static EpollIoOps of(Loop.Interest interest) {
        switch (interest) {
            case READ:
                return EpollIoOps.EPOLLIN.with(EpollIoOps.EPOLLRDHUP);
            case WRITE:
                return EpollIoOps.EPOLLOUT;
            default:
                return EpollIoOps.valueOf(EPOLLPRI);
        }
    }

    void begin(IoRegistration registered) {
        registration = registered;
        registered.submit(wanted);
    }

    @Override
    public FileDescriptor fd() {
        return fd;
    }

    @Override
    public void handle(IoRegistration registered, IoEvent event) {
        // Events of the same epoll_wait may still stand behind the one whose callback cancelled this watch.
        if (!cancelled && ((EpollIoEvent) event).ops().value() != 0) {
            ready.run();
        }
    }

    @Override
    public void cancel() {
        if (!cancelled) {
            cancelled = true;
            registration.cancel();
        }
    }

    /** Does not close the descriptor: it is its owner's. */
    @Override
    public void close() {
        cancelled = true;
    }
}
