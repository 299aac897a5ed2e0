package io.kubemdm.rules;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Rules are judged by operator, engine and command line alike, so they know none of them (decision 0060). */
@AnalyzeClasses(packages = "io.kubemdm.rules", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule rulesKnowKindsMessagesAndTheirLanguage = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..",
                    "io.kubemdm.rules..",
                    "io.kubemdm.crds..",
                    "io.kubemdm.protocol..",
                    "dev.cel..",
                    "com.google.common.collect..", // in the signatures of dev.cel
                    "com.fasterxml.jackson.databind..",
                    "org.jspecify..");

    @ArchTest
    static final ArchRule theyReadNoClockAndNoFile = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.io..", "java.nio.file..", "java.net..", "java.time.zone..")
            .orShould()
            .callMethod(java.time.Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis");

    @ArchTest
    static final ArchRule nothingIsCalledByAnEmptyName =
            noClasses().should().haveNameMatching(".*(Util|Utils|Helper|Helpers|Manager|Common).*");
}
