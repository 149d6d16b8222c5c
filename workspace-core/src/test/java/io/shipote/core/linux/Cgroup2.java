package io.shipote.core.linux;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that needs a pure cgroup-v2 tree with controllers. It is skipped, with the reason, where there is none that it
 * may divide; {@code .ci/cgroup2} runs these tests on a kernel that has one. See CONTRIBUTING.md.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("cgroup2")
@ExtendWith(Cgroup2Condition.class)
public @interface Cgroup2 {
    /** The controllers that it needs. */
    String[] controllers() default {"memory", "cpu", "pids", "io"};
}
