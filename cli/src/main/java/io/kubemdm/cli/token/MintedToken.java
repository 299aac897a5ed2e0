package io.kubemdm.cli.token;

import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;

/**
 * What a person is told of a new token; the only place that shows its secret.
 *
 * @param token as the agent takes it: {@code namespace/name:secret}
 * @param command what to run on the device
 */
record MintedToken(String namespace, String name, String secret, String token, String expiresAt, String command) {

    static MintedToken of(
            String namespace,
            String name,
            TokenSecret secret,
            String expiresAt,
            @Nullable String enrollUrl,
            @Nullable String caPin) {
        String token = namespace + "/" + name + ":" + secret.reveal();
        String trust = caPin == null ? "--ca ca.crt" : "--ca-pin " + caPin;
        String url = enrollUrl == null ? "https://ENROLL-HOST:9443" : first(enrollUrl);
        String command = "kubemdm-agent enroll --url " + url + " " + trust + " --token " + token;
        return new MintedToken(namespace, name, secret.reveal(), token, expiresAt, command);
    }

    /** Of several addresses, separated by commas, any one will do. */
    private static String first(String urls) {
        int comma = urls.indexOf(',');
        return comma < 0 ? urls : urls.substring(0, comma);
    }

    /** Never the secret. */
    @Override
    public String toString() {
        return "MintedToken[" + namespace + "/" + name + "]";
    }

    void tell(PrintWriter out) {
        out.println("EnrollmentToken " + namespace + "/" + name + " lets devices in until " + expiresAt + ".");
        out.println("Its secret is shown only now. On the device, as root:");
        out.println();
        out.println(command);
    }
}
