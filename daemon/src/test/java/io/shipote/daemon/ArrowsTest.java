package io.shipote.daemon;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.shipote.core.Loop;
import io.shipote.core.linux.Fd;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may use whom. What Maven's modules cannot keep apart is kept apart here. */
class ArrowsTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.shipote");

    static final ArchRule NATIVE_CALLS_HAVE_ONE_HOME = noClasses()
            .that()
            .resideOutsideOfPackage("io.shipote.core.linux..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.sun.jna..");

    static final ArchRule THE_CORE_KNOWS_NO_SOCKETS_AND_NO_PIPELINES = noClasses()
            .that()
            .resideInAPackage("io.shipote.core..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.netty..", "io.shipote.pipeline..", "io.shipote.daemon..");

    static final ArchRule PIPELINES_KNOW_NO_SOCKETS = noClasses()
            .that()
            .resideInAPackage("io.shipote.pipeline..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.netty..", "io.shipote.daemon..");

    static final ArchRule THE_CONTROL_SOCKET_KNOWS_NO_DOMAIN = noClasses()
            .that()
            .resideInAPackage("io.shipote.daemon.control..")
            .should()
            .dependOnClassesThat(resideInAnyPackage("io.shipote.core..", "io.shipote.pipeline..")
                    .and(com.tngtech.archunit.base.DescribedPredicate.not(type(Loop.class)
                            .or(type(Loop.Timer.class))
                            .or(type(Loop.Watch.class))
                            .or(type(Fd.class)))));

    static final ArchRule CARDS_ARE_VALUES = noClasses()
            .that()
            .resideInAPackage("io.shipote.card..")
            .should()
            .dependOnClassesThat(resideInAPackage("java.nio.file..")
                    .or(resideInAPackage("java.util.concurrent.."))
                    .or(type(Thread.class))
                    .or(type(java.time.Clock.class)))
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(java.time.Instant.class, "now");

    static final ArchRule NOBODY_SLEEPS = noClasses()
            .should()
            .callMethod(Thread.class, "sleep", long.class)
            .orShould()
            .callMethod(Thread.class, "sleep", long.class, int.class);

    static Stream<Arguments> rules() {
        return Stream.of(
                Arguments.argumentSet("NATIVE_CALLS_HAVE_ONE_HOME", NATIVE_CALLS_HAVE_ONE_HOME),
                Arguments.argumentSet(
                        "THE_CORE_KNOWS_NO_SOCKETS_AND_NO_PIPELINES", THE_CORE_KNOWS_NO_SOCKETS_AND_NO_PIPELINES),
                Arguments.argumentSet("PIPELINES_KNOW_NO_SOCKETS", PIPELINES_KNOW_NO_SOCKETS),
                Arguments.argumentSet("THE_CONTROL_SOCKET_KNOWS_NO_DOMAIN", THE_CONTROL_SOCKET_KNOWS_NO_DOMAIN),
                Arguments.argumentSet("CARDS_ARE_VALUES", CARDS_ARE_VALUES),
                Arguments.argumentSet("NOBODY_SLEEPS", NOBODY_SLEEPS));
    }

    @ParameterizedTest
    @MethodSource("rules")
    void holds(ArchRule rule) {
        rule.allowEmptyShould(true).check(CLASSES);
    }
}
