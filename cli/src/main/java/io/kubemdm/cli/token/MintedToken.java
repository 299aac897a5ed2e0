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

    static MintedToken of(String namespace, String name, TokenSecret secret, String expiresAt, Addresses addresses) {
        String token = namespace + "/" + name + ":" + secret.reveal();
        String command = "kubemdm-agent enroll " + addresses.options() + " --token " + token;
        return new MintedToken(namespace, name, secret.reveal(), token, expiresAt, command);
    }

    /**
     * Where the device will go; what is not known is a word in capitals for a person to replace.
     *
     * @param enroll URL of enroll, or several separated by commas, of which any one will do
     * @param gateway {@code host:port}, or several separated by commas, also as {@code wss://host:port}; null leaves it
     *     to the agent, which tries port 8443 of enroll's host
     * @param caPin digest of the root's public key; null lets the person bring the root's certificate
     */
    record Addresses(
            @Nullable String enroll,
            @Nullable String gateway,
            @Nullable String caPin) {
        String options() {
            String server = enroll == null ? "https://ENROLL-HOST:9443" : first(enroll);
            String channel = gateway == null ? "" : " --gateway " + gateway.replace("wss://", "");
            return "--server " + server + channel + " " + (caPin == null ? "--ca ca.crt" : "--ca-pin " + caPin);
        }

        private static String first(String urls) {
            int comma = urls.indexOf(',');
            return comma < 0 ? urls : urls.substring(0, comma);
        }
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
