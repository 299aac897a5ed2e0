package io.kubemdm.testbed.enroll;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Two ready replicas in a region; the same for all tests of this package, started with the first that asks. */
record Enrolling(EnrolRegion region, EnrolReplica one, EnrolReplica two) implements AutoCloseable {

    private static Enrolling start() {
        try {
            EnrolRegion region = EnrolRegion.start(Files.createTempDirectory("kubemdm-enroll"));
            EnrolReplica one = region.replica("kubemdm-enroll-0");
            EnrolReplica two = region.replica("kubemdm-enroll-1");
            return new Enrolling(region, one.awaitReady(), two.awaitReady());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A client without certificate. */
    Requester to(EnrolReplica replica) {
        return new Requester(region, replica.port(), null);
    }

    @Override
    public void close() {
        one.close();
        two.close();
        region.close();
    }

    /** Resolves the one {@link Enrolling}. */
    static final class Extension implements ParameterResolver {
        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == Enrolling.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getRoot()
                    .getStore(Namespace.create(Enrolling.class))
                    .computeIfAbsent(Enrolling.class, any -> start(), Enrolling.class);
        }
    }
}
