package io.kubemdm.gateway;

import io.kubemdm.protocol.trust.NativeCrypto;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import org.slf4j.LoggerFactory;

/**
 * The process. TLS session tickets are off before any TLS class loads: a resumed session would skip the check of the
 * client's certificate, and a revoked device would be back.
 */
@QuarkusMain
public final class Main {

    private Main() {}

    /** Starts the roles of {@code kubemdm.roles}. */
    public static void main(String... args) {
        System.setProperty("jdk.tls.server.newSessionTicketCount", "0");
        System.setProperty("jdk.tls.server.enableSessionTicketExtension", "false");
        String crypto = NativeCrypto.install();
        LoggerFactory.getLogger(Main.class).info("cryptography by {}", crypto);
        Quarkus.run(args);
    }
}
