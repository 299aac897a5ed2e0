package io.kubemdm.agent;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.kubemdm.agent", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule knows_no_server_side = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.apache.kafka..", "io.fabric8..", "io.quarkus..", "io.vertx..", "io.kubemdm.crds..");

    @ArchTest
    static final ArchRule only_store_touches_the_disk = noClasses()
            .that()
            .resideInAnyPackage(
                    "..agent.link..",
                    "..agent.order..",
                    "..agent.policy..",
                    "..agent.driver..",
                    "..agent.wipe..",
                    "..agent.program..",
                    "..agent.quarantine..",
                    "..agent.identity..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.nio.file..", "java.nio.channels..")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.io.File");

    @ArchTest
    static final ArchRule decisions_are_pure = classes()
            .that()
            .haveSimpleNameEndingWith("Decision")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "io.kubemdm.protocol..", "io.kubemdm.agent.order..", "org.jspecify..");

    @ArchTest
    static final ArchRule packages_do_not_go_round =
            slices().matching("io.kubemdm.agent.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule names_say_what_a_thing_is_for =
            noClasses().should().haveNameMatching(".*(Util|Utils|Common|Helper|Manager)");
}
