package io.kubemdm.agent.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.protocol.fact.FactCatalogue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What holds for every setting that becomes files. */
class EverySettingTest {

    /** What people and broken disks leave behind; each is a whole file. */
    private static final List<byte[]> DAMAGED = List.of(
            new byte[0],
            new byte[] {0, (byte) 0xff, (byte) 0xfe, '\n', '[', '=', ';', '\r', (byte) 0xc3},
            "[connection\nminlen =\n= 3\ntable inet kubemdm {\nOnCalendar".getBytes(StandardCharsets.UTF_8),
            "x".repeat(200_000).getBytes(StandardCharsets.UTF_8));

    @TempDir
    private Path root;

    @ParameterizedTest
    @EnumSource
    void it_is_set_read_back_measured_and_undone_to_nothing(Samples sample) {
        Driver driver = sample.driver(root);
        List<Target> targets = sample.targets(driver);

        Map<String, Prior> priors = Samples.set(driver, targets);

        assertThat(targets).isNotEmpty().allMatch(target -> driver.holds(target, priors.get(target.name())));
        JsonNode facts = Measured.by(driver).get(driver.key());
        sample.facts().properties().forEach(fact -> assertThat(String.valueOf(facts.get(fact.getKey())))
                .as(fact.getKey())
                .isEqualTo(fact.getValue().toString()));
        assertThat(FactCatalogue.misfits(Measured.by(driver))).isEmpty();
        assertThat(targets).flatMap(Target::settings).containsAll(names(driver, sample));
        priors.forEach(driver::restore);
        assertThat(everything()).as("nothing was there, nothing is left").isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void what_was_there_before_comes_back_byte_for_byte_with_its_mode_whatever_it_was(Samples sample)
            throws IOException {
        for (byte[] before : DAMAGED) {
            Driver driver = sample.driver(root);
            List<Target> targets = sample.targets(driver);
            for (Target target : targets) {
                write(target, before);
                Files.setPosixFilePermissions(file(target), PosixFilePermissions.fromString("rw-r-----"));
            }
            Measured.by(driver);

            Map<String, Prior> priors = Samples.set(driver, targets);
            assertThat(targets).allMatch(target -> driver.holds(target, priors.get(target.name())));
            priors.forEach(driver::restore);

            for (Target target : targets) {
                assertThat(Files.readAllBytes(file(target))).isEqualTo(before);
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file(target))))
                        .isEqualTo("rw-r-----");
            }
            assertThat(everything()).hasSize(targets.size());
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_file_that_is_damaged_later_is_seen_and_put_right(Samples sample) throws IOException {
        Driver driver = sample.driver(root);
        List<Target> targets = sample.targets(driver);
        Map<String, Prior> priors = Samples.set(driver, targets);
        for (Target target : targets) {
            Prior prior = priors.get(target.name());
            byte[] good = Files.readAllBytes(file(target));
            List<byte[]> damages = new java.util.ArrayList<>(DAMAGED);
            damages.add(Arrays.copyOf(good, good.length / 2));
            for (byte[] damage : damages) {
                write(target, damage);
                assertThat(driver.holds(target, prior)).isFalse();
                Measured.by(driver);
                driver.set(target, prior);
                assertThat(Files.readAllBytes(file(target))).isEqualTo(good);
            }
            Files.setPosixFilePermissions(file(target), PosixFilePermissions.fromString("rw-rw-rw-"));
            assertThat(driver.holds(target, prior)).as("others may write").isFalse();
            Files.delete(file(target));
            assertThat(driver.holds(target, prior)).as("deleted").isFalse();
            driver.set(target, prior);
            assertThat(driver.holds(target, prior)).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_link_a_folder_and_a_huge_file_in_its_place_are_refused_and_nothing_is_followed(Samples sample)
            throws IOException {
        Path elsewhere = Files.writeString(root.resolve("elsewhere"), "mine");
        Driver driver = sample.driver(root);
        Target target = sample.targets(driver).getFirst();
        Prior nothing = new Prior(null);

        Files.createDirectories(file(target).getParent());
        Files.createSymbolicLink(file(target), elsewhere);
        refused(driver, target, nothing);
        assertThat(elsewhere).hasContent("mine");

        Files.delete(file(target));
        Files.createDirectory(file(target));
        refused(driver, target, nothing);

        Files.delete(file(target));
        Files.write(file(target), new byte[(4 << 20) + 1]);
        refused(driver, target, nothing);
    }

    private static void refused(Driver driver, Target target, Prior prior) {
        assertThat(driver.holds(target, prior)).isFalse();
        assertThatThrownBy(() -> driver.capture(target.name())).isInstanceOf(SettingRefused.class);
        assertThatThrownBy(() -> driver.set(target, prior)).isInstanceOf(SettingRefused.class);
        Measured.by(driver);
    }

    private static List<String> names(Driver driver, Samples sample) {
        return driver.split(sample.value()).stream().map(Setting::name).toList();
    }

    private Path file(Target target) {
        return root.resolve(target.subject().substring(1));
    }

    private void write(Target target, byte[] content) throws IOException {
        Files.createDirectories(file(target).getParent());
        Files.write(file(target), content);
    }

    private Map<Path, Long> everything() {
        Map<Path, Long> found = new TreeMap<>();
        try (var walk = Files.walk(root)) {
            walk.filter(Files::isRegularFile)
                    .forEach(file -> found.put(file, file.toFile().length()));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return found;
    }
}
