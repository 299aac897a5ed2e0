package io.kubemdm.testbed.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The program {@code openssl} as a client of a gateway. */
final class OpenSslClient {

    private OpenSslClient() {}

    /** What it says of a session with the device whose certificate and key are in {@code folder}; it keeps what it is given to resume. */
    static String session(Installation installation, Path folder, int port) throws Exception {
        Process process = new ProcessBuilder(
                        "openssl",
                        "s_client",
                        "-connect",
                        "127.0.0.1:" + port,
                        "-cert",
                        "device.crt",
                        "-key",
                        "device.key",
                        "-cert_chain",
                        installation
                                .folder()
                                .resolve("issuing.crt")
                                .toAbsolutePath()
                                .toString(),
                        "-CAfile",
                        installation.folder().resolve("ca.crt").toAbsolutePath().toString(),
                        "-sess_out",
                        "session.pem",
                        "-ign_eof")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        try (OutputStream in = process.getOutputStream()) {
            in.write("GET /nowhere HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return output;
    }
}
