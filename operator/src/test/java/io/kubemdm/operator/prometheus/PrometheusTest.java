package io.kubemdm.operator.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a real HTTP server. */
class PrometheusTest {

    private static final Duration LONG = Duration.ofSeconds(10);

    @TempDir
    private static Path folder;

    private static String why(Prometheus prometheus, String query) {
        assertThat(prometheus.ask(query)).isInstanceOf(Answer.None.class);
        return prometheus.ask(query) instanceof Answer.None(String why) ? why : "";
    }

    private static PrometheusSettings with(PrometheusSettings settings, @Nullable Path token, @Nullable Path ca) {
        return new PrometheusSettings(settings.url(), token, ca, settings.timeout());
    }

    @Test
    void it_asks_an_instant_query_below_the_path_of_its_address() {
        try (AnsweringServer server = new AnsweringServer(null);
                Prometheus prometheus = new Prometheus(server.settings())) {
            server.answer(200, AnsweringServer.vector("0.5"));
            assertThat(prometheus.ask("sum(up{a=~\"b+c & d#\"}) * 2")).isEqualTo(new Answer.Value(0.5));
            assertThat(server.asked()).containsExactly("query=sum(up{a=~\"b+c & d#\"}) * 2&timeout=10000ms");
            assertThat(server.authorization()).isNull();
        }
    }

    @Test
    void its_token_is_read_anew_each_time_and_never_told() throws Exception {
        Path token = folder.resolve("token");
        try (AnsweringServer server = new AnsweringServer(null);
                Prometheus prometheus = new Prometheus(with(server.settings(), token, null))) {
            server.answer(200, AnsweringServer.vector("1"));
            assertThat(why(prometheus, "up")).contains("the token's file cannot be read");
            Files.writeString(token, "first\n");
            prometheus.ask("up");
            assertThat(server.authorization()).isEqualTo("Bearer first");
            Files.writeString(token, "second");
            prometheus.ask("up");
            assertThat(server.authorization()).isEqualTo("Bearer second");
            for (String bad : new String[] {"two\nlines", "", "s3cret\u0007", "x".repeat(5000)}) {
                Files.writeString(token, bad);
                assertThat(why(prometheus, "up")).contains("no bearer token").doesNotContain("s3cret", "lines");
            }
        }
    }

    @Test
    void an_answer_of_ten_mebibytes_is_given_up() {
        try (AnsweringServer server = new AnsweringServer(null);
                Prometheus prometheus = new Prometheus(server.settings())) {
            server.answer(200, new byte[10 << 20]);
            assertThat(why(prometheus, "up")).contains("the answer is longer than 1048576 bytes");
        }
    }

    @Test
    void one_that_does_not_answer_is_given_up() {
        try (AnsweringServer server = new AnsweringServer(null);
                Prometheus prometheus = new Prometheus(server.settings("http", Duration.ofMillis(100)))) {
            server.fallSilent();
            assertThat(why(prometheus, "up")).contains("no answer within 100 ms");
        }
    }

    @Test
    void one_that_is_away_is_named() {
        AnsweringServer server = new AnsweringServer(null);
        server.close();
        try (Prometheus prometheus = new Prometheus(server.settings())) {
            assertThat(why(prometheus, "up"))
                    .startsWith("Prometheus cannot be asked: ")
                    .endsWith("it is at " + server.settings().url().getAuthority() + " by analysis.prometheus.url.");
        }
    }

    @Test
    void it_is_believed_only_under_the_configured_authority_which_may_change() throws Exception {
        KeyStore keys = keys();
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, "changeit".toCharArray());
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(managers.getKeyManagers(), null, null);
        Path ca = folder.resolve("ca.crt");
        try (AnsweringServer server = new AnsweringServer(tls);
                Prometheus system = new Prometheus(server.settings("https", LONG));
                Prometheus prometheus = new Prometheus(with(server.settings("https", LONG), null, ca))) {
            server.answer(200, AnsweringServer.vector("1"));
            assertThat(why(system, "up"))
                    .startsWith("Prometheus is not trusted: ")
                    .endsWith("see analysis.prometheus.caSecret.");
            assertThat(why(prometheus, "up")).contains("the authorities' file cannot be read");
            Files.writeString(ca, "rubbish");
            assertThat(why(prometheus, "up")).contains("holds no certificates");
            Files.writeString(
                    ca,
                    "-----BEGIN CERTIFICATE-----\n"
                            + Base64.getMimeEncoder()
                                    .encodeToString(
                                            keys.getCertificate("server").getEncoded())
                            + "\n-----END CERTIFICATE-----\n");
            assertThat(prometheus.ask("up")).isEqualTo(new Answer.Value(1));
            assertThat(server.asked()).as("told before it was trusted").hasSize(1);
        }
    }

    /** A certificate for this address that signs itself, made by the JDK's tool. */
    private static KeyStore keys() throws Exception {
        Path store = folder.resolve("keys.p12");
        Process tool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=prometheus",
                        "-ext",
                        "SAN=IP:127.0.0.1",
                        "-storepass",
                        "changeit",
                        "-keystore",
                        store.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(tool.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(tool.waitFor()).as(said).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, "changeit".toCharArray());
        }
        return keys;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "prometheus:9090",
                "ftp://prometheus",
                "/prometheus",
                "http://user:password@prometheus",
                "http://prometheus/?query=up",
                "http://prometheus/#graph"
            })
    void an_address_that_is_none_is_refused_by_its_key(String url) {
        assertThatThrownBy(() -> new PrometheusSettings(URI.create(url), null, null, LONG))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("kubemdm.analysis.prometheus.url ")
                .hasMessageNotContaining("password");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0.099S", "PT61S", "PT-1S"})
    void a_timeout_that_is_none_is_refused_by_its_key(Duration timeout) {
        assertThatThrownBy(() -> new PrometheusSettings(URI.create("http://prometheus:9090"), null, null, timeout))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("kubemdm.analysis.prometheus.timeout ");
    }
}
