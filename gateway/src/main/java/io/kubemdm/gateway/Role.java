package io.kubemdm.gateway;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What a process of this image does; {@code kubemdm.roles} is a comma-separated list of these, in lower case. */
public enum Role {
    /** Agents' WebSocket on mutual TLS. */
    CHANNEL,
    /** Short-lived tokens for devices that may have them. */
    ACCESS,
    /** EST: gives devices their certificates. */
    ENROLL,
    /** {@code mdm.state} to {@code Device.status}. */
    BRIDGE;

    /**
     * Reads one name.
     *
     * @throws IllegalArgumentException naming the roles there are
     */
    public static Role of(String name) {
        for (Role role : values()) {
            if (role.toString().equals(name.strip())) {
                return role;
            }
        }
        throw new IllegalArgumentException("kubemdm.roles: '" + name + "' is no role; choose from "
                + Arrays.stream(values()).map(Role::toString).collect(Collectors.joining(", ")));
    }

    /** Reads a comma-separated list. */
    public static Set<Role> list(String names) {
        return Arrays.stream(names.split(","))
                .filter(name -> !name.isBlank())
                .map(Role::of)
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
