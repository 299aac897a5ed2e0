package io.kubemdm.agent.wipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kubemdm.agent.program.Subprocess;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** LUKS2 images in files, by the real cryptsetup. Nothing is mapped, so neither privilege nor device-mapper is needed. */
public final class Images {

    public static final String CRYPTSETUP = "/usr/sbin/cryptsetup";

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String QUICK = "--pbkdf=pbkdf2 --pbkdf-force-iterations=1000";

    private Images() {}

    /** Skips the test where the program is not. */
    public static void assumeCryptsetup() {
        assumeTrue(
                Files.isExecutable(Path.of(CRYPTSETUP)), CRYPTSETUP + " is not installed: apt-get install cryptsetup");
    }

    /** An image of 32 MiB, and its key beside it. */
    public static Path create(Path image) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(32 << 20);
        }
        Files.writeString(key(image), "correct horse of " + image.getFileName());
        run("luksFormat --batch-mode --type luks2 " + QUICK, image, key(image));
        assertThat(opens(image)).isTrue();
        return image;
    }

    /** Adds a key that opens no data, as luksErase leaves it. */
    public static void addUnboundKey(Path image) throws IOException {
        Path other = Files.writeString(image.resolveSibling("other.key"), "battery staple");
        run("luksAddKey --batch-mode --unbound --key-size 512 " + QUICK, image, other);
    }

    public static Path key(Path image) {
        return image.resolveSibling(image.getFileName() + ".key");
    }

    /** Whether the key opens the image. */
    public static boolean opens(Path image) {
        return Subprocess.run(
                        LIMIT,
                        List.of(
                                CRYPTSETUP,
                                "open",
                                "--test-passphrase",
                                "--key-file",
                                key(image).toString(),
                                image.toString()))
                .isGood();
    }

    private static void run(String options, Path... files) {
        List<String> command = new ArrayList<>(List.of(CRYPTSETUP));
        command.addAll(List.of(options.split(" ", -1)));
        for (Path file : files) {
            command.add(file.toString());
        }
        Subprocess.Ended ended = Subprocess.run(LIMIT, command);
        assertThat(ended.isGood()).as("%s: %s", command, ended.error()).isTrue();
    }
}
