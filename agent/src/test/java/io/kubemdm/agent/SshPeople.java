package io.kubemdm.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** People with SSH keys, who sign by the real {@code ssh-keygen}. */
public record SshPeople(Path folder) {

    public SshPeople {
        assumeTrue(
                Arrays.stream(System.getenv("PATH").split(":"))
                        .anyMatch(dir -> Files.isExecutable(Path.of(dir, "ssh-keygen"))),
                "skipped: ssh-keygen is not on the path");
    }

    /** Makes a person's key; the public one. */
    public String key(String name) throws Exception {
        run("-q", "-t", "ed25519", "-N", "", "-f", folder.resolve(name).toString());
        return Files.readString(folder.resolve(name + ".pub")).strip();
    }

    /** A person's armoured signature. */
    public String sign(String name, String purpose, byte[] text) throws Exception {
        Path file = Files.createTempFile(folder, "text", "");
        Files.write(file, text);
        run("-q", "-Y", "sign", "-n", purpose, "-f", folder.resolve(name).toString(), file.toString());
        return Files.readString(Path.of(file + ".sig"));
    }

    private static void run(String... arguments) throws IOException, InterruptedException {
        String[] command = new String[arguments.length + 1];
        command[0] = "ssh-keygen";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getInputStream().readAllBytes();
        assertThat(process.waitFor()).isZero();
    }
}
