package io.kubemdm.agent.wipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubemdm.agent.order.Erasure;
import io.kubemdm.agent.store.RawDevices;
import io.kubemdm.protocol.order.StorageEvidence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real LUKS2 images in files. */
class LuksTest {

    @TempDir
    private Path root;

    @BeforeEach
    void needCryptsetup() {
        Images.assumeCryptsetup();
    }

    @Test
    void an_erased_device_opens_with_no_key_and_has_neither_slot_nor_header() throws IOException {
        Path image = Images.create(root.resolve("disk.img"));
        byte[] before = Files.readAllBytes(image);
        List<Erasure> remembered = new ArrayList<>();
        Luks luks = luks("/disk.img");
        Erasure intended = StorageErase.intend(luks);

        StorageErase erase = new StorageErase(luks, intended, remembered::add);
        erase.carryOut();

        assertThat(Images.opens(image)).isFalse();
        StorageEvidence evidence = erase.now().evidence().getFirst();
        assertThat(evidence.provesErasure()).isTrue();
        assertThat(evidence.slotsBefore()).isNotEqualTo(evidence.slotsAfter());
        assertThat(remembered).hasSize(2);
        int header = (int) intended.disks().getFirst().headerBytes();
        assertThat(header).isEqualTo(16 << 20);
        byte[] after = Files.readAllBytes(image);
        assertThat(Arrays.copyOf(after, header)).containsOnly(0);
        assertThat(Arrays.copyOfRange(after, header, after.length))
                .as("data is not touched: a mapping that is in use goes on")
                .isEqualTo(Arrays.copyOfRange(before, header, before.length));
    }

    @Test
    void a_slot_that_luksErase_leaves_is_killed_by_its_number() throws IOException {
        Path image = Images.create(root.resolve("disk.img"));
        Images.addUnboundKey(image);
        Luks luks = luks("/disk.img");

        luks.eraseSlots("/disk.img");

        assertThat(luks.read("/disk.img").digest()).isEqualTo(StorageEvidence.NO_SLOTS);
    }

    @Test
    void half_overwritten_headers_that_cryptsetup_would_put_back_are_overwritten_at_the_next_start()
            throws IOException {
        Path image = Images.create(root.resolve("disk.img"));
        Luks luks = luks("/disk.img");
        luks.eraseSlots("/disk.img");
        Erasure intended = StorageErase.intend(luks);
        Erasure killed = intended.with(intended.disks().getFirst().readBack(StorageEvidence.NO_SLOTS));
        new RawDevices(root).zero("/disk.img", 4096);

        StorageErase again = new StorageErase(luks, killed, now -> {});
        again.carryOut();

        assertThat(again.now().evidence()).allMatch(StorageEvidence::provesErasure);
        assertThat(Images.opens(image)).isFalse();
    }

    @Test
    void what_is_no_luks2_device_is_told_and_not_touched() throws IOException {
        Path plain = Files.writeString(root.resolve("plain.img"), "not encrypted");

        assertThatThrownBy(() -> luks("/plain.img").read("/plain.img"))
                .isInstanceOf(EncryptedStorage.Failed.class)
                .hasMessageContaining("/plain.img: cryptsetup: ");
        assertThatThrownBy(() -> luks("/none.img").read("/none.img")).isInstanceOf(EncryptedStorage.Failed.class);
        assertThat(plain).hasContent("not encrypted");
    }

    @Test
    void a_device_outside_the_root_is_not_touched() throws IOException {
        Path outside = Images.create(root.resolve("outside.img"));
        Path inner = Files.createDirectories(root.resolve("inner"));
        Files.createSymbolicLink(inner.resolve("disk.img"), outside);
        Luks luks = new Luks(new RawDevices(inner), Images.CRYPTSETUP, List.of("/disk.img"));

        assertThatThrownBy(() -> luks.eraseSlots("/disk.img"))
                .isInstanceOf(EncryptedStorage.Failed.class)
                .hasMessageContaining("leads out of");
        assertThatThrownBy(() -> luks.overwrite("/disk.img", 4096)).isInstanceOf(EncryptedStorage.Failed.class);
        assertThat(Images.opens(outside)).isTrue();
    }

    @Test
    void without_the_program_nothing_is_called_gone() throws IOException {
        Images.create(root.resolve("disk.img"));
        Luks none = new Luks(new RawDevices(root), "/usr/sbin/no-such-program", List.of("/disk.img"));
        new RawDevices(root).zero("/disk.img", 32 << 10);

        assertThatThrownBy(() -> none.read("/disk.img")).hasMessageContaining("cannot be run");
        assertThat(none.isOverwritten("/disk.img", 32 << 10)).isFalse();
    }

    private Luks luks(String device) {
        return new Luks(new RawDevices(root), Images.CRYPTSETUP, List.of(device));
    }
}
