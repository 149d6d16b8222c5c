package io.shipote.daemon;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import org.slf4j.LoggerFactory;

/**
 * One line per event on stderr, stack traces and line breaks folded into it. Found by logback as a service: without it
 * logback would write to stdout, which belongs to the line {@code ready}. Plain code, as reading XML costs start time.
 */
public final class Logs extends ContextAwareBase implements Configurator {
    private static final String BREAKS = "{'[\\r\\n]+\\s*', ' | '}";

    private static final String PATTERN = "%d{\"yyyy-MM-dd'T'HH:mm:ss.SSSXXX\"} %-5level %logger{0}: %replace(%msg)"
            + BREAKS + "%replace( %ex{full})" + BREAKS + "%nopex%n";

    @Override
    public ExecutionStatus configure(LoggerContext loggers) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(loggers);
        encoder.setPattern(PATTERN);
        encoder.start();
        ConsoleAppender<ILoggingEvent> stderr = new ConsoleAppender<>();
        stderr.setContext(loggers);
        stderr.setTarget("System.err");
        stderr.setEncoder(encoder);
        stderr.start();
        Logger root = loggers.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.INFO);
        root.addAppender(stderr);
        loggers.getLogger("io.netty").setLevel(Level.WARN);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** Sets what of our own events is logged, at any time. */
    static void level(DaemonConfig.LogLevel level) {
        ((Logger) LoggerFactory.getLogger("io.shipote")).setLevel(Level.toLevel(level.name()));
    }
}
