package io.kubemdm.protocol.message;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Objects;

/**
 * What people want of a Device, as last read by the operator; kept so that a deleted Device comes back as declared.
 *
 * @param uid of the Kubernetes object; generations compare only within one
 * @param generation of the Device object
 * @param spec the Device's spec as JSON
 */
public record DeviceDeclared(String uid, long generation, JsonNode spec, Map<String, String> labels) implements Report {
    public DeviceDeclared {
        Objects.requireNonNull(uid, "uid");
        Objects.requireNonNull(spec, "spec");
        Objects.requireNonNull(labels, "labels");
    }
}
