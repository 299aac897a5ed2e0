package io.kubemdm.protocol.device;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * A device's address: its tenant's namespace and its name, written {@code namespace/name}. This is the CloudEvents
 * {@code subject} and the Kafka partitioning key of everything about the device.
 *
 * @param namespace an RFC 1123 label, at most 63 characters
 * @param name an RFC 1123 subdomain, at most 253 characters
 */
public record DeviceId(String namespace, String name) implements Comparable<DeviceId> {

    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
    private static final Pattern SUBDOMAIN = Pattern.compile("[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?");

    public DeviceId {
        if (!LABEL.matcher(namespace).matches()) {
            throw new IllegalArgumentException("namespace '" + abbreviated(namespace) + "' is not an RFC 1123 label");
        }
        if (!SUBDOMAIN.matcher(name).matches()) {
            throw new IllegalArgumentException("device name '" + abbreviated(name) + "' is not an RFC 1123 subdomain");
        }
    }

    /**
     * Reads the written form.
     *
     * @throws IllegalArgumentException when it is not {@code namespace/name}
     */
    @JsonCreator
    public static DeviceId parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("'" + abbreviated(text) + "' is not namespace/name");
        }
        return new DeviceId(text.substring(0, slash), text.substring(slash + 1));
    }

    private static String abbreviated(String text) {
        return text.length() <= 80 ? text : text.substring(0, 80) + "…";
    }

    @Override
    public int compareTo(DeviceId other) {
        int byNamespace = namespace.compareTo(other.namespace);
        return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
    }

    @JsonValue
    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
