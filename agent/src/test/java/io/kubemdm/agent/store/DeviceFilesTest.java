package io.kubemdm.agent.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceFilesTest {

    @TempDir
    private Path root;

    private DeviceFiles files;

    @BeforeEach
    void make() {
        files = new DeviceFiles(root);
    }

    @Test
    void a_file_is_written_with_its_mode_and_read_back_as_ours() throws IOException {
        files.write("/etc/motd.d/corp", FileImage.text("hello", 0640));

        FileImage found = files.read("/etc/motd.d/corp");
        assertThat(found).isNotNull();
        assertThat(found.text()).isEqualTo("hello");
        assertThat(found.mode()).isEqualTo(0640);
        assertThat(found.owner()).isEqualTo(files.self());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root.resolve("etc/motd.d"))))
                .isEqualTo("rwxr-xr-x");
        assertThat(files.tree("/etc", 10)).containsExactly("/etc/motd.d/corp");
    }

    @Test
    void nothing_is_nothing_and_removing_it_is_no_error() {
        assertThat(files.read("/etc/none/x")).isNull();
        files.remove("/etc/none/x");
        files.erase("/etc/none/x");
        assertThat(files.tree("/etc/none", 10)).isEmpty();
    }

    @Test
    void a_link_in_place_of_the_file_is_refused_and_its_target_untouched() throws IOException {
        Path secret = Files.writeString(root.resolve("secret"), "untouched");
        Files.createDirectories(root.resolve("etc"));
        Files.createSymbolicLink(root.resolve("etc/motd"), secret);

        assertThatThrownBy(() -> files.write("/etc/motd", FileImage.text("x", 0644)))
                .isInstanceOf(UnsafePath.class)
                .hasMessageContaining("symbolic link");
        assertThatThrownBy(() -> files.read("/etc/motd")).isInstanceOf(UnsafePath.class);
        assertThat(secret).hasContent("untouched");
    }

    @Test
    void a_link_in_place_of_a_folder_on_the_way_is_refused() throws IOException {
        Path elsewhere = Files.createDirectories(root.resolve("elsewhere"));
        Files.createDirectories(root.resolve("etc"));
        Files.createSymbolicLink(root.resolve("etc/motd.d"), elsewhere);

        assertThatThrownBy(() -> files.write("/etc/motd.d/x", FileImage.text("x", 0644)))
                .isInstanceOf(UnsafePath.class)
                .hasMessageContaining("symbolic link");
        assertThat(elsewhere).isEmptyDirectory();
    }

    @Test
    void a_folder_that_others_may_write_to_is_refused() throws IOException {
        Path loose = Files.createDirectories(root.resolve("opt/loose"));
        Files.setPosixFilePermissions(loose, PosixFilePermissions.fromString("rwxrwxrwx"));

        assertThatThrownBy(() -> files.write("/opt/loose/x", FileImage.text("x", 0644)))
                .isInstanceOf(UnsafePath.class)
                .hasMessageContaining("writable by others");
    }

    @ParameterizedTest
    @ValueSource(strings = {"etc/x", "/etc/../x", "/etc/./x", "/etc//x", "/", ""})
    void a_path_that_is_not_plain_is_refused(String path) {
        assertThatThrownBy(() -> files.write(path, FileImage.text("x", 0644))).isInstanceOf(UnsafePath.class);
    }

    @Test
    void a_hard_link_is_replaced_and_its_twin_untouched() throws IOException {
        Path twin = Files.writeString(root.resolve("twin"), "untouched");
        Files.createDirectories(root.resolve("etc"));
        Files.createLink(root.resolve("etc/x"), twin);

        files.write("/etc/x", FileImage.text("new", 0644));

        assertThat(twin).hasContent("untouched");
        assertThat(root.resolve("etc/x")).hasContent("new");
    }
}
