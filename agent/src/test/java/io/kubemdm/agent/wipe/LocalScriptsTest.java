package io.kubemdm.agent.wipe;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.agent.store.DeviceFiles;
import io.kubemdm.agent.wipe.Scripts.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real scripts of a folder. */
class LocalScriptsTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    private Path root;

    private Path folder;

    @BeforeEach
    void prepare() throws IOException {
        folder = Files.createDirectories(root.resolve("etc/kubemdm/remediation"));
        for (Path each = folder; !each.equals(root); each = each.getParent()) {
            mode(each, "rwxr-xr-x");
        }
    }

    @Test
    void a_script_is_run_with_nothing_of_the_agents_and_its_end_told() throws IOException {
        script("fix", "echo \"$HOME|$LC_ALL|$#\"; read -r line || echo no-input >&2; exit 3");

        Ran ran = scripts(LONG).run("fix", LONG);

        assertThat(ran).isEqualTo(new Ran(3, "|C|0 no-input"));
    }

    @Test
    void of_much_output_the_end_is_kept() throws IOException {
        script("talks", "i=0; while [ $i -lt 20000 ]; do echo line-$i; i=$((i+1)); done");

        Ran ran = scripts(LONG).run("talks", LONG);

        assertThat(ran.code()).isZero();
        assertThat(ran.said()).hasSizeLessThanOrEqualTo(Ran.MAX_SAID).endsWith("line-19998 line-19999");
    }

    @Test
    void a_script_that_does_not_end_is_killed_with_its_children() throws IOException {
        script("hangs", "echo begun; sleep 600 & echo $! > " + root.resolve("child") + "; wait");

        Ran ran = scripts(LONG).run("hangs", Duration.ofMillis(700));

        assertThat(ran.code()).isEqualTo(Ran.NOT_RUN);
        assertThat(ran.said()).contains("killed").contains("begun");
        long child = Long.parseLong(Files.readString(root.resolve("child")).strip());
        org.awaitility.Awaitility.await()
                .until(() ->
                        ProcessHandle.of(child).map(handle -> !handle.isAlive()).orElse(true));
    }

    @Test
    void a_child_that_is_left_behind_keeps_nobody_waiting() throws IOException {
        script("leaves", "sleep 5 & echo done");

        assertThat(scripts(LONG).run("leaves", LONG)).isEqualTo(new Ran(0, "done"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".hidden", "../fix", "a/b", "a b", "fix;reboot", "-x", "absent"})
    void a_name_that_is_none_or_of_nothing_is_not_run(String name) throws IOException {
        script("fix", "exit 0");

        assertThat(scripts(LONG).run(name, LONG).code()).isEqualTo(Ran.NOT_RUN);
    }

    @Test
    void a_link_is_not_followed() throws IOException {
        Path elsewhere = Files.writeString(root.resolve("elsewhere"), "#!/bin/sh\nexit 0\n");
        mode(elsewhere, "rwxr-xr-x");
        Files.createSymbolicLink(folder.resolve("fix"), elsewhere);

        assertThat(scripts(LONG).run("fix", LONG).said()).contains("symbolic link");
    }

    @Test
    void a_script_that_others_may_write_is_not_run() throws IOException {
        mode(script("fix", "exit 0"), "rwxrwxr-x");

        assertThat(scripts(LONG).run("fix", LONG).said()).contains("writable by others");
    }

    @Test
    void a_folder_on_the_way_that_others_may_write_is_not_believed() throws IOException {
        script("fix", "exit 0");
        mode(folder.getParent(), "rwxrwxrwx");

        assertThat(scripts(LONG).run("fix", LONG).said()).contains("writable by others");
    }

    @Test
    void a_file_that_is_not_executable_is_not_run() throws IOException {
        mode(script("fix", "exit 0"), "rw-r--r--");

        assertThat(scripts(LONG).run("fix", LONG).said()).contains("not executable");
    }

    @Test
    void several_run_in_order_also_after_one_has_failed() throws IOException {
        script("a", "echo one; exit 1");
        script("b", "echo two");

        assertThat(scripts(LONG).runAll(List.of("a", "b")))
                .isEqualTo(new Scripts.Ended("a", "a: exit 1, one; b: exit 0, two"));
        assertThat(scripts(LONG).runAll(List.of("b"))).isEqualTo(new Scripts.Ended(null, "b: exit 0, two"));
    }

    private LocalScripts scripts(Duration limit) {
        return new LocalScripts(new DeviceFiles(root), "/etc/kubemdm/remediation", limit);
    }

    private Path script(String name, String text) throws IOException {
        Path file = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + text + "\n");
        mode(file, "rwxr-xr-x");
        return file;
    }

    private static void mode(Path file, String mode) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }
}
