package io.kubemdm.agent.identity;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.json.MalformedJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;

/** Fetches access tokens by the device's certificate: OAuth 2.0 client credentials over mutual TLS (RFC 8705 §2). */
public final class TokenClient {

    private static final int TIMEOUT_MS = 15_000;
    private static final int MAX_ANSWER = 64 << 10;
    private static final int MAX_RULES = 20;

    private final Identity identity;
    private final Clock clock;

    /** Asks as {@code identity}. */
    public TokenClient(Identity identity, Clock clock) {
        this.identity = identity;
        this.clock = clock;
    }

    /** What came of it. */
    public sealed interface Answer {
        /** A secret, never logged. */
        record Token(String value, long expiresInSeconds) implements Answer {
            @Override
            public String toString() {
                return "Token[" + expiresInSeconds + " s]";
            }
        }

        /** Not before something changes; {@code rules} are those the device does not keep. */
        record Refused(String reason, String because, List<String> rules) implements Answer {}

        /** Not now. */
        record Later(String because) implements Answer {}

        /** It is not the server to trust. */
        record Untrusted(String because) implements Answer {}
    }

    /** Asks {@code server} for a token for {@code audience}; within half a minute. */
    public Answer ask(URI server, String audience) {
        try {
            HttpsURLConnection connection =
                    (HttpsURLConnection) server.resolve("/token").toURL().openConnection();
            connection.setSSLSocketFactory(context().getSocketFactory());
            connection.setConnectTimeout(TIMEOUT_MS);
            connection.setReadTimeout(TIMEOUT_MS);
            connection.setInstanceFollowRedirects(false);
            connection.setDoOutput(true);
            connection.setRequestProperty("Content-Type", "application/x-www-form-urlencoded");
            try (OutputStream out = connection.getOutputStream()) {
                out.write(form(audience).getBytes(StandardCharsets.US_ASCII));
            }
            int status = connection.getResponseCode();
            try (InputStream in = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
                return read(status, in == null ? new byte[0] : in.readNBytes(MAX_ANSWER));
            }
        } catch (SSLException e) {
            return new Answer.Untrusted(server + " is not trusted, or does not trust this device: " + e.getMessage());
        } catch (IOException e) {
            return new Answer.Later(server + " does not answer (" + e + "): check the address and the port");
        }
    }

    private String form(String audience) {
        return "grant_type=client_credentials&client_id="
                + URLEncoder.encode(identity.device().toString(), StandardCharsets.UTF_8) + "&resource="
                + URLEncoder.encode(audience, StandardCharsets.UTF_8);
    }

    static Answer read(int status, byte[] body) {
        JsonNode said;
        try {
            said = Json.read(body, JsonNode.class);
        } catch (MalformedJson e) {
            return new Answer.Later(
                    "the server answered HTTP " + status + " with what is not JSON: is it the right one?");
        }
        if (status == 200 && said.path("access_token").isTextual()) {
            return new Answer.Token(
                    said.path("access_token").asText(), said.path("expires_in").asLong());
        }
        String because = text(said, "error_description");
        if (status == 429 || status >= 500) {
            return new Answer.Later("no token now (HTTP " + status + "): " + because);
        }
        List<String> rules = new ArrayList<>();
        for (JsonNode rule : said.path("rules")) {
            if (rules.size() < MAX_RULES) {
                rules.add(printable(rule.asText()));
            }
        }
        String reason = said.hasNonNull("reason") ? text(said, "reason") : text(said, "error");
        return new Answer.Refused(reason, because, List.copyOf(rules));
    }

    private static String text(JsonNode said, String name) {
        return printable(said.path(name).asText("no " + name));
    }

    private static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", " ");
    }

    private SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(
                    new KeyManager[] {new DeviceCredential(identity)},
                    new TrustManager[] {new PinnedTrust(identity.trust().roots(), clock)},
                    null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the device's certificate and key do not make a TLS context", e);
        }
    }
}
