package io.shipote.daemon.methods;

import io.shipote.card.wire.StreamEnd;
import io.shipote.core.Loop;
import io.shipote.core.PipeFeed;
import io.shipote.core.linux.Fd;
import io.shipote.daemon.control.Duplex;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What clients send to the commands that read from them. The end of a client's stream, announced or not, is the end of
 * the command's input, after all that came before it. Confined to the loop thread.
 */
final class StdinFeeds {
    /** Feeds whose client has left before everything was read. */
    static final int MAX_LEFT = 64;

    private static final Logger LOG = LoggerFactory.getLogger(StdinFeeds.class);

    private final Loop loop;
    private int left;

    StdinFeeds(Loop loop) {
        this.loop = loop;
    }

    /** Joins a client to the pipe of a command, whose write end is the feed's from now on. */
    void join(Duplex client, Fd pipe) {
        Feed feed = new Feed(client);
        client.receive(feed);
        try {
            feed.pipe = new PipeFeed(loop, pipe, feed);
        } catch (IOException e) {
            client.end(new StreamEnd(StreamEnd.FAILED, e.getMessage()));
        }
    }

    private final class Feed implements Duplex.Receiver, PipeFeed.Listener {
        private final Duplex client;
        private PipeFeed pipe;
        private boolean counted;

        Feed(Duplex client) {
            this.client = client;
        }

        @Override
        public void data(byte[] bytes) {
            pipe.add(bytes);
        }

        @Override
        public void ended() {
            pipe.finish();
        }

        @Override
        public void closed() {
            pipe.finish();
            if (pipe.isOver()) {
                return;
            }
            if (left == MAX_LEFT) {
                LOG.warn(
                        "{} bytes for a command are dropped: too many clients left before theirs were read",
                        pipe.waitingBytes());
                pipe.close();
                return;
            }
            left++;
            counted = true;
        }

        @Override
        public void full(boolean now) {
            client.hold(now);
        }

        @Override
        public void over(boolean complete) {
            if (counted) {
                left--;
            }
            client.end(
                    complete
                            ? StreamEnd.finished()
                            : new StreamEnd(StreamEnd.CLOSED, "the command reads no more of its input"));
        }
    }
}
