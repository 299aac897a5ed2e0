package io.kubemdm.testbed.api;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests the one {@link Installed}, started with the first that asks and closed after the last test of all. */
final class InstalledExtension implements ParameterResolver {

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Installed.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(Namespace.create(InstalledExtension.class))
                .computeIfAbsent(Installed.class, any -> start(), Installed.class);
    }

    private static Installed start() {
        try {
            return Installed.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
