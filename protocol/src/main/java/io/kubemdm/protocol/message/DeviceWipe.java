package io.kubemdm.protocol.message;

import io.kubemdm.protocol.order.CommandType;
import java.util.Objects;

/**
 * The operator asks for a lost device to be wiped; on record before the WipeRequest is created.
 *
 * @param trigger the operator's record of why
 * @param source CamelCase constant: {@code Scim}, {@code Webhook} or {@code Lifecycle}
 * @param wipeRequest name of the WipeRequest
 * @param type what it asks for
 */
public record DeviceWipe(String trigger, String source, String wipeRequest, CommandType type) implements Report {
    public DeviceWipe {
        Objects.requireNonNull(trigger, "trigger");
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(wipeRequest, "wipeRequest");
        Objects.requireNonNull(type, "type");
    }
}
