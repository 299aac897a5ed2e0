package io.kubemdm.operator;

import io.kubemdm.protocol.trust.NativeCrypto;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import org.slf4j.LoggerFactory;

/** The process. */
@QuarkusMain
public final class Main {

    private Main() {}

    /** Starts the roles of {@code kubemdm.roles}. */
    public static void main(String... args) {
        String crypto = NativeCrypto.install();
        LoggerFactory.getLogger(Main.class).info("cryptography by {}", crypto);
        Quarkus.run(args);
    }
}
