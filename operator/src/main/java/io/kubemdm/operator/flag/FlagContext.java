package io.kubemdm.operator.flag;

import dev.openfeature.sdk.EvaluationContext;
import dev.openfeature.sdk.ImmutableContext;
import dev.openfeature.sdk.ImmutableStructure;
import dev.openfeature.sdk.Value;
import io.kubemdm.protocol.device.DeviceId;
import java.util.HashMap;
import java.util.Map;

/**
 * What a flag's rules may look at.
 *
 * @param platform of the Device's spec, such as {@code Linux}
 * @param ownership {@code Corporate} or {@code Personal}
 * @param labels of the Device
 */
public record FlagContext(DeviceId device, String platform, String ownership, Map<String, String> labels) {

    public FlagContext {
        labels = Map.copyOf(labels);
    }

    /**
     * The same as OpenFeature's targeting context: the targeting key is {@code namespace/name}. A label whose key has a dot
     * is there a second time with {@code _} for each, since rules split names at dots.
     */
    EvaluationContext evaluation() {
        Map<String, Value> values = new HashMap<>();
        labels.forEach((key, value) -> {
            values.put(key, new Value(value));
            values.putIfAbsent(key.replace('.', '_'), new Value(value));
        });
        return new ImmutableContext(
                device.toString(),
                Map.of(
                        "namespace", new Value(device.namespace()),
                        "device", new Value(device.name()),
                        "platform", new Value(platform),
                        "ownership", new Value(ownership),
                        "labels", new Value(new ImmutableStructure(values))));
    }
}
