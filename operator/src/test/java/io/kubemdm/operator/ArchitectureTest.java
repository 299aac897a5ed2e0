package io.kubemdm.operator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
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

/** The layering of docs/design.md §2, held by the build. */
@AnalyzeClasses(packages = "io.kubemdm.operator", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String BASE = "io.kubemdm.operator.";

    @ArchTest
    static final ArchRule kindsDoNotKnowEachOther = slices().matching(BASE + "(*)..")
            .namingSlices("$1")
            .that(DescribedPredicate.describe(
                    "are kinds", slice -> List.of("device", "policybundle", "rollout", "wiperequest")
                            .contains(slice.getNamePart(1))))
            .should()
            .notDependOnEachOther()
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule intakeDoesNotDispatch = noClasses()
            .that()
            .resideInAPackage(BASE + "intake..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(BASE + "dispatch..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule decisionsArePure = classes()
            .that()
            .haveSimpleNameEndingWith("Decision")
            .should()
            .onlyDependOnClassesThat(DescribedPredicate.describe(
                    "are java.*, crds, protocol, decisions or builders generated from them",
                    type -> Stream.of("java.", "io.kubemdm.crds.", "io.kubemdm.protocol.", "org.jspecify.")
                                    .anyMatch(type.getName()::startsWith)
                            || outermost(type).getSimpleName().matches(".*Decision(Builder)?")))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule theEngineKnowsNoKubernetes = noClasses()
            .that()
            .resideInAPackage(BASE + "engine..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.fabric8..", "io.javaoperatorsdk..", "io.kubemdm.crds..", "io.quarkiverse..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule nothingIsCalledByAnEmptyName = noClasses()
            .should()
            .haveNameMatching(".*(Util|Utils|Helper|Helpers|Manager|Common).*")
            .orShould()
            .resideInAnyPackage("..util..", "..common..", "..helper..", "..manager..");

    @Test
    void eachPackageSaysWhatLivesThereAndWhatMayNot() throws IOException {
        Path base = Path.of("src/main/java");
        try (Stream<Path> files = Files.walk(base)) {
            List<Path> packages = files.filter(f -> f.toString().endsWith(".java"))
                    .map(Path::getParent)
                    .distinct()
                    .toList();
            assertThat(packages).isNotEmpty().allSatisfy(folder -> assertThat(folder.resolve("package-info.java"))
                    .exists()
                    .content()
                    .contains("@NullMarked"));
        }
    }

    private static JavaClass outermost(JavaClass type) {
        return type.getEnclosingClass().map(ArchitectureTest::outermost).orElse(type);
    }
}
