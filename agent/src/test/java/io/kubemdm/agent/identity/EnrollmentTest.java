package io.kubemdm.agent.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.kubemdm.agent.Pki;
import io.kubemdm.agent.identity.EnrollFailed.Kind;
import io.kubemdm.agent.link.Endpoint;
import io.kubemdm.agent.store.MemoryStore;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the agent makes of a server's answers, over TLS. That ours answers so is the testbed's. */
class EnrollmentTest {

    @SuppressWarnings("ArrayRecordComponent") // sent once, never compared
    private record Said(int status, Map<String, String> headers, byte[] body) {}

    private static final Map<String, String> EST = Map.of(
            "Content-Type", "application/pkcs7-mime; smime-type=certs-only", "Content-Transfer-Encoding", "base64");

    private final Pki pki = new Pki();
    private final MemoryStore store = new MemoryStore();
    private final IdentityStore identities = new IdentityStore(store, new SoftwareKeys(store));
    private final List<String> asked = new ArrayList<>();
    private final List<Duration> waits = new ArrayList<>();
    private final List<String> reasons = new ArrayList<>();
    private final Passing clock = new Passing();
    private HttpsServer server;

    @BeforeEach
    void start() throws Exception {
        listen("127.0.0.1");
    }

    private void listen(String address) throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        keys.setKeyEntry("server", pki.serverKey.handle(), new char[0], new X509Certificate[] {pki.server});
        KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
        managers.init(keys, new char[0]);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(managers.getKeyManagers(), null, null);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getByName(address), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        answer("cacerts", body -> certificates(pki.trusted()));
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void a_device_enrols() {
        answer("simpleenroll", this::issued);

        Identity identity = enrol();

        assertThat(identity.certificates().getLast()).isEqualTo(pki.issuing);
        assertThat(identity.trust().certificates()).containsAll(pki.trusted());
        assertThat(asked).containsExactly("simpleenroll", "cacerts");
        assertThat(waits).isEmpty();
    }

    @Test
    void a_server_that_cannot_now_is_asked_again_when_it_says_and_the_person_is_told_why() {
        answer("simpleenroll", body -> waits.size() < 2 ? busy("the ledger cannot be written now") : issued(body));

        enrol();

        assertThat(waits).hasSize(2).allSatisfy(wait -> assertThat(wait)
                .as("Retry-After, and up to half as long again")
                .isBetween(Duration.ofSeconds(8), Duration.ofSeconds(12)));
        assertThat(reasons).allSatisfy(because -> assertThat(because)
                .contains("cannot simpleenroll now (HTTP 503, the ledger cannot be written now)"));
    }

    @Test
    void it_is_asked_for_two_minutes_and_no_longer() {
        answer("simpleenroll", body -> busy("no"));

        assertThatExceptionOfType(EnrollFailed.class)
                .isThrownBy(this::enrol)
                .withMessageContaining("HTTP 503, no")
                .withMessageContaining("try again later")
                .satisfies(failure -> assertThat(failure.kind()).isEqualTo(Kind.Unavailable));
        assertThat(waits.stream().reduce(Duration.ZERO, Duration::plus))
                .isBetween(Duration.ofSeconds(108), Duration.ofMinutes(2));
        assertThat(identities.read()).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "200, '', Broken",
        "200, 'no base64!', Broken",
        "200, 'aGVsbG8=', Broken",
        "302, 'elsewhere', Broken",
        "400, 'the request is not PKCS#10', Refused",
        "401, 'unknown token or wrong secret', Refused",
        "403, 'token acme/laptops is suspended', Refused",
    })
    void other_answers_end_it(int status, String body, Kind kind) {
        answer(
                "simpleenroll",
                request -> new Said(status, status == 200 ? EST : Map.of(), body.getBytes(StandardCharsets.UTF_8)));

        assertThatExceptionOfType(EnrollFailed.class)
                .isThrownBy(this::enrol)
                .satisfies(failure -> assertThat(failure.kind()).isEqualTo(kind));
        assertThat(waits).isEmpty();
    }

    @Test
    void an_answer_that_does_not_end_is_not_read_to_its_end() {
        byte[] endless = "A".repeat((256 << 10) + 4).getBytes(StandardCharsets.UTF_8);
        answer("simpleenroll", body -> new Said(200, EST, endless));

        assertThatExceptionOfType(EnrollFailed.class).isThrownBy(this::enrol).withMessageContaining("limit");
    }

    @Test
    void a_certificate_for_another_key_is_not_taken() {
        answer("simpleenroll", body -> certificates(List.of(pki.issuing)));

        assertThatExceptionOfType(EnrollFailed.class).isThrownBy(this::enrol).withMessageContaining("for another key");
    }

    @Test
    void a_server_of_another_name_or_root_is_told_nothing() throws Exception {
        answer("simpleenroll", this::issued);
        assertThatExceptionOfType(EnrollFailed.class)
                .isThrownBy(() -> enrol("localhost", new Pki().root))
                .satisfies(failure -> assertThat(failure.kind()).isEqualTo(Kind.Untrusted));
        server.stop(0);
        listen("127.0.0.2");
        answer("simpleenroll", this::issued);

        assertThatExceptionOfType(EnrollFailed.class)
                .isThrownBy(() -> enrol("127.0.0.2", pki.root))
                .satisfies(failure -> assertThat(failure.kind()).isEqualTo(Kind.Untrusted));
        assertThat(asked).isEmpty();
    }

    private Identity enrol() {
        return enrol("localhost", pki.root);
    }

    private Identity enrol(String host, X509Certificate root) {
        return new Enrollment(identities, clock, (wait, because) -> {
                    waits.add(wait);
                    reasons.add(because);
                    clock.now = clock.now.plus(wait);
                })
                .enroll(new EnrollRequest(
                        URI.create("https://" + host + ":" + server.getAddress().getPort()),
                        "acme",
                        "laptops",
                        "secret",
                        new ServerTrust.Roots(List.of(root)),
                        List.of(new Endpoint("localhost", 8443)),
                        Map.of("Kubemdm-Platform", "Linux"),
                        Duration.ZERO));
    }

    private void answer(String operation, Function<byte[], Said> how) {
        server.createContext("/.well-known/est/" + operation, exchange -> {
            asked.add(operation);
            send(exchange, how.apply(exchange.getRequestBody().readAllBytes()));
        });
    }

    private static void send(HttpExchange exchange, Said said) throws IOException {
        said.headers().forEach(exchange.getResponseHeaders()::set);
        exchange.sendResponseHeaders(said.status(), said.body().length == 0 ? -1 : said.body().length);
        try (OutputStream out = exchange.getResponseBody()) {
            if (said.body().length > 0) {
                out.write(said.body());
            }
        }
    }

    private static Said busy(String because) {
        return new Said(503, Map.of("Retry-After", "8"), because.getBytes(StandardCharsets.UTF_8));
    }

    private Said issued(byte[] body) {
        try {
            var key = new JcaPKCS10CertificationRequest(Base64.getMimeDecoder().decode(body)).getPublicKey();
            return certificates(
                    List.of(pki.certify(key, Pki.device(identities.pending().key()))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Said certificates(List<X509Certificate> certificates) {
        try {
            byte[] der = CertificateFactory.getInstance("X.509")
                    .generateCertPath(certificates)
                    .getEncoded("PKCS7");
            return new Said(200, EST, Base64.getMimeEncoder().encode(der));
        } catch (java.security.cert.CertificateException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Goes on only while somebody rests. */
    private static final class Passing extends Clock {
        private Instant now = Instant.now();

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
