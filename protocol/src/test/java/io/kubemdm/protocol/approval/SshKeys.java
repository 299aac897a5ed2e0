package io.kubemdm.protocol.approval;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Approvers with keys of the real {@code ssh-keygen}. */
final class SshKeys {

    private final Path folder;

    SshKeys(Path folder) {
        this.folder = folder;
        assumeTrue(
                Arrays.stream(System.getenv("PATH").split(":"))
                        .anyMatch(dir -> Files.isExecutable(Path.of(dir, "ssh-keygen"))),
                "skipped: ssh-keygen is not on the path");
    }

    /** Makes a key; its public line. */
    String make(String name, String... typeAndBits) {
        run("-t", typeAndBits[0], typeAndBits.length > 1 ? "-b" + typeAndBits[1] : "-q", "-N", "", "-f", file(name));
        return read(file(name) + ".pub").strip();
    }

    /** Signs as the key's owner. */
    String sign(String name, String namespace, byte[] message) {
        try {
            Path text = Files.createTempFile(folder, "text", "");
            Files.write(text, message);
            run("-Y", "sign", "-n", namespace, "-f", file(name), text.toString());
            return read(text + ".sig");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void run(String... arguments) {
        try {
            String[] command = new String[arguments.length + 1];
            command[0] = "ssh-keygen";
            System.arraycopy(arguments, 0, command, 1, arguments.length);
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(said);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
