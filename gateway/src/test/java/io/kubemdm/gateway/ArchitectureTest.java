package io.kubemdm.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The design's layering, held by the build. */
@AnalyzeClasses(packages = "io.kubemdm.gateway", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule uplink_never_imports_downlink = noClasses()
            .that()
            .resideInAPackage("..gateway.uplink..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("..gateway.downlink..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule shared_classes_know_no_role = noClasses()
            .that()
            .resideInAPackage("io.kubemdm.gateway")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "..gateway.enroll..",
                    "..gateway.ledger..",
                    "..gateway.channel..",
                    "..gateway.uplink..",
                    "..gateway.downlink..",
                    "..gateway.bridge..",
                    "..gateway.peer..",
                    "..gateway.access..");

    @ArchTest
    static final ArchRule access_knows_no_session = noClasses()
            .that()
            .resideInAnyPackage("..gateway.access..", "..gateway.peer..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "..gateway.channel..",
                    "..gateway.uplink..",
                    "..gateway.downlink..",
                    "..gateway.enroll..",
                    "..gateway.bridge..");

    @ArchTest
    static final ArchRule the_ledger_knows_only_the_contracts = classes()
            .that()
            .resideInAPackage("..gateway.ledger..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..",
                    "org.slf4j..",
                    "org.jspecify..",
                    "io.kubemdm.protocol..",
                    "io.kubemdm.bus..",
                    "..ledger..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule only_enroll_and_bridge_speak_to_kubernetes = noClasses()
            .that()
            .resideOutsideOfPackages("..gateway.enroll..", "..gateway.bridge..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.fabric8..");

    @ArchTest
    static final ArchRule enroll_knows_no_session = noClasses()
            .that()
            .resideInAPackage("..gateway.enroll..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "..gateway.channel..", "..gateway.uplink..", "..gateway.downlink..", "..gateway.bridge..");

    @ArchTest
    static final ArchRule decisions_are_pure = classes()
            .that()
            .haveSimpleNameEndingWith("Decision")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..", "org.jspecify..", "io.kubemdm.crds..", "io.kubemdm.protocol..", "io.kubemdm.gateway..")
            .andShould()
            .onlyDependOnClassesThat()
            .resideOutsideOfPackages(
                    "io.fabric8..", "org.apache.kafka..", "io.vertx..", "jakarta..", "io.kubemdm.bus..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule names_are_the_fields_own = noClasses()
            .should()
            .haveSimpleNameEndingWith("Util")
            .orShould()
            .haveSimpleNameEndingWith("Utils")
            .orShould()
            .haveSimpleNameEndingWith("Helper")
            .orShould()
            .haveSimpleNameEndingWith("Manager")
            .orShould()
            .resideInAnyPackage("..util..", "..common..", "..helper..");

    @Test
    void each_package_says_what_lives_in_it() throws IOException {
        try (Stream<Path> folders = Files.walk(Path.of("src/main/java/io/kubemdm/gateway"))) {
            List<Path> silent = folders.filter(Files::isDirectory)
                    .filter(folder -> !Files.exists(folder.resolve("package-info.java")))
                    .toList();
            assertThat(silent).isEmpty();
        }
    }
}
