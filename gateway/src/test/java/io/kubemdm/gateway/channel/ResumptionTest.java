package io.kubemdm.gateway.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.gateway.TestPki;
import io.kubemdm.gateway.peer.TlsEngine;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.trust.Pem;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A resumed session would be one whose certificate nobody looked at; clients that insist do not get one. */
class ResumptionTest {

    private static final TestPki PKI = TestPki.create();
    private static final DeviceId DEVICE = DeviceId.parse("acme/d-1");

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(TlsEngine.class)
    void a_java_client_that_keeps_its_sessions_gets_a_new_one_every_time(TlsEngine engine) throws IOException {
        try (TestGateway gateway = new TestGateway(PKI, engine, true)) {
            SSLContext client = DeviceCertificates.client(PKI, gateway.enrolled(DEVICE));
            speak(client, gateway.port);
            int kept = java.util.Collections.list(
                            client.getClientSessionContext().getIds())
                    .size();
            long begin = System.currentTimeMillis();
            long created = speak(client, gateway.port);

            // With TLS 1.3 a client keeps a session only when it was handed a ticket.
            assertThat(kept).isLessThanOrEqualTo(1);
            assertThat(created).isGreaterThanOrEqualTo(begin);
        }
    }

    @ParameterizedTest
    @EnumSource(TlsEngine.class)
    void openssl_gets_no_ticket_and_is_never_resumed(TlsEngine engine) throws Exception {
        try (TestGateway gateway = new TestGateway(PKI, engine, true)) {
            TestPki.Member device = gateway.enrolled(DEVICE);
            TestPki.write(folder, "device", device);
            Files.writeString(folder.resolve("root.crt"), Pem.of(PKI.root().certificate()));
            Files.writeString(folder.resolve("chain.crt"), Pem.of(PKI.issuing().certificate()));

            String first = openssl(gateway.port, "-sess_out", "session.pem");
            assertThat(first).contains("New, TLSv1.3").doesNotContain("Reused");
            assertThat(first).doesNotContain("TLS session ticket:");
            if (Files.exists(folder.resolve("session.pem"))) {
                assertThat(openssl(gateway.port, "-sess_in", "session.pem"))
                        .contains("New, TLSv1.3")
                        .doesNotContain("Reused");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(TlsEngine.class)
    void tls_1_2_is_not_spoken(TlsEngine engine) throws Exception {
        try (TestGateway gateway = new TestGateway(PKI, engine, true)) {
            TestPki.write(folder, "device", gateway.enrolled(DEVICE));
            Files.writeString(folder.resolve("root.crt"), Pem.of(PKI.root().certificate()));
            Files.writeString(folder.resolve("chain.crt"), Pem.of(PKI.issuing().certificate()));

            assertThat(openssl(gateway.port, "-tls1_2")).contains("alert protocol version");
        }
    }

    /** A whole request, so that whatever the server sends after the handshake is read; returns when its session began. */
    private static long speak(SSLContext client, int port) throws IOException {
        try (SSLSocket socket = (SSLSocket) client.getSocketFactory().createSocket("localhost", port)) {
            socket.setSoTimeout(5_000);
            socket.startHandshake();
            OutputStream out = socket.getOutputStream();
            out.write("GET /nowhere HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            out.flush();
            InputStream in = socket.getInputStream();
            assertThat(new String(in.readAllBytes(), StandardCharsets.US_ASCII)).startsWith("HTTP/1.1 404");
            return socket.getSession().getCreationTime();
        }
    }

    private String openssl(int port, String... more) throws Exception {
        List<String> command = new java.util.ArrayList<>(List.of(
                "openssl",
                "s_client",
                "-connect",
                "127.0.0.1:" + port,
                "-cert",
                "device.crt",
                "-key",
                "device.key",
                "-cert_chain",
                "chain.crt",
                "-CAfile",
                "root.crt",
                "-ign_eof"));
        command.addAll(List.of(more));
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        try (OutputStream in = process.getOutputStream()) {
            in.write("GET /nowhere HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            // It hung up before it was spoken to: the output says why.
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return output;
    }
}
