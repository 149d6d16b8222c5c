package io.shipote.client;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private final JavaClasses ours = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.shipote.client", "io.shipote.cli");

    @Test
    void usesOnlyWhatTheDesignAllows() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "io.shipote.card..",
                        "io.shipote.client..",
                        "io.shipote.cli..",
                        "com.fasterxml.jackson..",
                        "org.apache.commons.cli..")
                .check(ours);
    }

    @Test
    void theLibraryKnowsNoCommandLine() {
        noClasses()
                .that()
                .resideInAPackage("io.shipote.client..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.shipote.cli..", "org.apache.commons.cli..")
                .check(ours);
    }

    @Test
    void theCommandLineBindsNoData() {
        noClasses()
                .that()
                .resideInAPackage("io.shipote.cli..")
                .should()
                .dependOnClassesThat()
                .haveNameMatching(".*\\.(ObjectMapper|JsonMapper|WireJson|Shipote|Calls)")
                .check(ours);
    }
}
