package io.kubemdm.agent.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kubemdm.agent.program.Programs;
import io.kubemdm.agent.program.Tools;
import io.kubemdm.agent.store.PublicFiles;
import io.kubemdm.agent.store.RawDevices;
import io.kubemdm.agent.wipe.Images;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Listings of lsblk in {@code src/test/resources/lsblk}, in the shape util-linux 2.37 to 2.40 write them. */
class BlockDevicesTest {

    @TempDir
    private Path root;

    @ParameterizedTest
    @CsvSource({
        "laptop-luks-lvm, 1, ''",
        "laptop-plain, 1, 'nvme0n1p2 nvme0n1p3'",
        "two-disks-one-plain, 2, 'sdb1'",
        "luks-on-raid-on-two-disks, 2, ''",
        "lvm-on-raid-in-the-clear, 2, 'vg-data'",
        "windows-beside-linux, 1, 'nvme0n1p3 nvme0n1p4'",
        "usb-stick-and-card-reader, 1, ''",
        "virtual-machine-without-udev, 1, 'vda'",
        "no-fixed-disk, 0, ''"
    })
    void every_fixed_disk_counts_and_what_is_not_below_a_header_is_named(String name, int disks, String unencrypted) {
        BlockDevices found = BlockDevices.read(listing(name), device -> BlockDevices.Content.Blank);

        assertThat(found).isNotNull();
        assertThat(found.fixedDisks()).isEqualTo(disks);
        assertThat(String.join(" ", found.unencrypted())).isEqualTo(unencrypted);
    }

    @Test
    void what_lsblk_knows_nothing_of_is_looked_at_and_named_when_the_look_tells_nothing() {
        String listing = "{\"blockdevices\":[{\"name\":\"sda\",\"type\":\"disk\",\"rm\":false,\"size\":100}]}";

        assertThat(BlockDevices.read(listing, d -> BlockDevices.Content.Encrypted)
                        .unencrypted())
                .isEmpty();
        assertThat(BlockDevices.read(listing, d -> BlockDevices.Content.Blank).unencrypted())
                .isEmpty();
        assertThat(BlockDevices.read(listing, d -> BlockDevices.Content.Unknown).unencrypted())
                .containsExactly("sda");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "rubbish", "{", "[]", "{\"blockdevices\":7}", "{\"blockdevices\":[", "lsblk: failed"})
    void what_is_no_listing_is_no_measurement(String listing) {
        assertThat(BlockDevices.read(listing, d -> BlockDevices.Content.Unknown))
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"blockdevices\":[7,null,\"x\",{},{\"type\":\"disk\"},{\"name\":7,\"type\":[]}]}",
                "{\"blockdevices\":[{\"name\":\"sda\",\"type\":\"disk\",\"children\":{\"a\":1}}]}"
            })
    void rubbish_among_the_disks_is_never_called_encrypted(String listing) {
        BlockDevices found = BlockDevices.read(listing, d -> BlockDevices.Content.Unknown);

        assertThat(found).isNotNull();
        assertThat(found.unencrypted()).hasSize(found.fixedDisks());
    }

    @Test
    void a_tree_without_end_ends() {
        String deep =
                "{\"name\":\"sda\",\"type\":\"disk\",\"children\":[".repeat(40) + "{\"name\":\"x\"}" + "]}".repeat(40);

        BlockDevices found = BlockDevices.read("{\"blockdevices\":[" + deep + "]}", d -> BlockDevices.Content.Blank);

        assertThat(found == null || !found.unencrypted().isEmpty()).isTrue();
    }

    @Test
    void a_real_header_is_known_by_its_first_bytes() throws IOException {
        Images.assumeCryptsetup();
        Images.create(root.resolve("disk.img"));
        Files.write(root.resolve("plain.img"), new byte[1 << 20]);
        RawDevices devices = new RawDevices(root);

        assertThat(devices.startsWith("/disk.img", DiskEncryptionDriver.LUKS)).isTrue();
        assertThat(devices.startsWith("/plain.img", DiskEncryptionDriver.LUKS)).isFalse();
    }

    @Test
    void this_machines_own_disks_are_measured() {
        Tools.need("lsblk");
        Driver driver =
                new DiskEncryptionDriver(new Programs(new PublicFiles(Path.of("/"))), new RawDevices(Path.of("/")));
        assumeTrue(driver.notApplicable(null).isEmpty(), "this machine has no fixed disk");

        assertThat(Measured.by(driver).get("diskEncryption").path("encrypted").isBoolean())
                .isTrue();
        assertThat(driver.plan(driver.split(Samples.json("{'required':true}")))).isEqualTo(List.of());
    }

    private static String listing(String name) {
        try (InputStream stream = BlockDevicesTest.class.getResourceAsStream("/lsblk/" + name + ".json")) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
