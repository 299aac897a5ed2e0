package io.kubemdm.agent.identity;

import io.kubemdm.agent.identity.EnrollFailed.Kind;
import io.kubemdm.protocol.device.DeviceName;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.jspecify.annotations.Nullable;

/**
 * EST (RFC 7030, RFC 8951) over the JDK's HTTP client, which keeps its connection for the next question: a handshake is
 * most of what an enrolment costs. Errors become {@link EnrollFailed}. Blocking.
 */
final class EstClient {

    private static final int TIMEOUT_MS = 20_000;
    private static final int MAX_ANSWER_BYTES = 256 << 10;
    private static final int MAX_SAID = 400;
    private static final int ACCEPTED = 202;
    private static final int TOO_MANY = 429;

    private final URI server;
    private final SSLSocketFactory sockets;
    private final boolean checkName;

    /** A client that trusts by {@code trust} and, when given, shows the certificate of {@code keys}. */
    EstClient(URI server, X509TrustManager trust, boolean checkName, @Nullable KeyManager keys) {
        this.server = server;
        this.checkName = checkName;
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys == null ? null : new KeyManager[] {keys}, new TrustManager[] {trust}, null);
            this.sockets = context.getSocketFactory();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime cannot make a TLS context", e);
        }
    }

    /** What an enrolment came to. */
    sealed interface Answer {
        record Issued(List<X509Certificate> certificates) implements Answer {}

        /** A person has to agree first. */
        record Pending(Duration askAfter) implements Answer {}

        /** The server cannot at the moment; {@code because} is for people. */
        record Busy(Duration askAfter, String because) implements Answer {}
    }

    @SuppressWarnings("ArrayRecordComponent") // read once, never compared
    private record Reply(int status, byte[] body, Duration retryAfter) {}

    /** The certificates the server hands to everybody; the last question, the connection ends with it. */
    List<X509Certificate> caCertificates() {
        Reply reply = ask("cacerts", null, Map.of("Connection", "close"));
        if (reply.status() != 200) {
            throw refusal("cacerts", reply);
        }
        return certificates("cacerts", reply.body());
    }

    /**
     * Asks for a certificate for {@code key}.
     *
     * @param headers besides those EST demands
     */
    Answer enroll(DeviceKey key, boolean again, Map<String, String> headers) {
        String operation = again ? "simplereenroll" : "simpleenroll";
        Reply reply = ask(operation, request(key), headers);
        if (reply.status() == 200) {
            return new Answer.Issued(certificates(operation, reply.body()));
        }
        if (reply.status() == ACCEPTED) {
            return new Answer.Pending(reply.retryAfter());
        }
        EnrollFailed refusal = refusal(operation, reply);
        if (refusal.kind() == Kind.Unavailable) {
            return new Answer.Busy(reply.retryAfter(), String.valueOf(refusal.getMessage()));
        }
        throw refusal;
    }

    private Reply ask(String operation, byte @Nullable [] body, Map<String, String> headers) {
        try {
            HttpsURLConnection connection = (HttpsURLConnection)
                    server.resolve("/.well-known/est/" + operation).toURL().openConnection();
            connection.setSSLSocketFactory(sockets);
            if (!checkName) {
                connection.setHostnameVerifier((name, session) -> true);
            }
            connection.setConnectTimeout(TIMEOUT_MS);
            connection.setReadTimeout(TIMEOUT_MS);
            connection.setInstanceFollowRedirects(false);
            connection.setUseCaches(false);
            headers.forEach(connection::setRequestProperty);
            if (body != null) {
                connection.setDoOutput(true);
                connection.setRequestProperty("Content-Type", "application/pkcs10");
                connection.setRequestProperty("Content-Transfer-Encoding", "base64");
                try (OutputStream out = connection.getOutputStream()) {
                    out.write(body);
                }
            }
            int status = connection.getResponseCode();
            Duration retryAfter = RetryAfter.of(connection.getHeaderField("Retry-After"), Instant.now());
            try (InputStream in = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
                byte[] answer = in == null ? new byte[0] : in.readNBytes(MAX_ANSWER_BYTES + 1);
                if (answer.length > MAX_ANSWER_BYTES) {
                    throw new EnrollFailed(Kind.Broken, server + " answered " + operation + " with too much");
                }
                return new Reply(status, answer, retryAfter);
            }
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private static byte[] request(DeviceKey key) {
        try {
            byte[] der = new JcaPKCS10CertificationRequestBuilder(
                            new X500Principal("CN=" + DeviceName.of(key.publicKey())), key.publicKey())
                    .build(new JcaContentSignerBuilder("SHA256withECDSA").build(key.handle()))
                    .getEncoded();
            return Base64.getEncoder().encode(der);
        } catch (OperatorCreationException | IOException e) {
            throw new IllegalStateException("the device key cannot sign a certificate request", e);
        }
    }

    /** Of a certs-only CMS in base64 (RFC 8951 §3.1), which the JDK reads as PKCS#7. */
    private List<X509Certificate> certificates(String operation, byte[] body) {
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            byte[] der = Base64.getMimeDecoder().decode(body);
            for (Certificate each :
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(der))) {
                certificates.add((X509Certificate) each);
            }
        } catch (CertificateException | IllegalArgumentException e) {
            throw new EnrollFailed(Kind.Broken, server + " answered " + operation + " with what is not EST", e);
        }
        if (certificates.isEmpty()) {
            throw new EnrollFailed(Kind.Broken, server + " answered " + operation + " with no certificate");
        }
        return certificates;
    }

    private EnrollFailed failure(IOException e) {
        Throwable root = root(e);
        boolean cut = root instanceof EOFException || root instanceof SocketException;
        for (Throwable cause = e; cause != null && !cut; cause = cause.getCause()) {
            if (cause instanceof SSLException || cause instanceof GeneralSecurityException) {
                return new EnrollFailed(
                        Kind.Untrusted,
                        server + " is not trusted (" + cause.getMessage()
                                + "): check --ca or --ca-pin, and that the name in --server is in its certificate",
                        e);
            }
        }
        String said = root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
        return new EnrollFailed(
                Kind.Unreachable,
                server + " does not answer (" + said + "): check the address, the port and the firewall",
                e);
    }

    private EnrollFailed refusal(String operation, Reply reply) {
        String body = new String(reply.body(), 0, Math.min(reply.body().length, MAX_SAID), StandardCharsets.UTF_8)
                .replaceAll("\\p{Cntrl}+", " ")
                .strip();
        String said = "HTTP " + reply.status() + (body.isEmpty() ? "" : ", " + body);
        if (reply.status() == TOO_MANY || reply.status() >= 500) {
            return new EnrollFailed(Kind.Unavailable, server + " cannot " + operation + " now (" + said + ")");
        }
        if (reply.status() < 400) {
            return new EnrollFailed(Kind.Broken, server + " answered " + operation + " with what is not EST: " + said);
        }
        String remedy = reply.status() == 401
                ? ": check the token's name, namespace and secret, and that it is neither expired, used up nor suspended"
                : "";
        return new EnrollFailed(Kind.Refused, server + " refuses " + operation + " (" + said + ")" + remedy);
    }

    private static Throwable root(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }
}
