package io.kubemdm.gateway;

import org.eclipse.microprofile.config.spi.Converter;

/** One element of {@code kubemdm.roles}. */
public final class RoleConverter implements Converter<Role> {

    private static final long serialVersionUID = 1L;

    @Override
    public Role convert(String value) {
        return Role.of(value);
    }
}
