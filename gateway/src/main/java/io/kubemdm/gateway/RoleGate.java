package io.kubemdm.gateway;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import java.util.Iterator;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Opens the main HTTP server, which is the agents' channel, only in role {@code channel}: in every other role it does
 * not listen, and its TLS files need not exist.
 */
public final class RoleGate implements ConfigSourceInterceptor {

    private static final long serialVersionUID = 1L;

    private static final String LISTENS = "quarkus.http.host-enabled";
    private static final String TLS_NAME = "quarkus.http.tls-configuration-name";
    private static final String TLS_FILES = "quarkus.tls.channel.";

    @Override
    public @Nullable ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        if (!name.equals(LISTENS) && !isChannelTls(name)) {
            return context.proceed(name);
        }
        boolean channel = isChannel(context);
        if (name.equals(LISTENS)) {
            return ConfigValue.builder()
                    .withName(name)
                    .withValue(Boolean.toString(channel))
                    .withConfigSourceName("kubemdm.roles")
                    .build();
        }
        return channel ? context.proceed(name) : null;
    }

    @Override
    public Iterator<String> iterateNames(ConfigSourceInterceptorContext context) {
        boolean channel = isChannel(context);
        Iterable<String> names = context::iterateNames;
        return Stream.concat(Stream.of(LISTENS), StreamSupport.stream(names.spliterator(), false))
                .filter(name -> channel || !isChannelTls(name))
                .distinct()
                .iterator();
    }

    private static boolean isChannelTls(String name) {
        return name.equals(TLS_NAME) || name.startsWith(TLS_FILES);
    }

    private static boolean isChannel(ConfigSourceInterceptorContext context) {
        ConfigValue roles = context.proceed("kubemdm.roles");
        return roles != null
                && roles.getValue() != null
                && Role.list(roles.getValue()).contains(Role.CHANNEL);
    }
}
