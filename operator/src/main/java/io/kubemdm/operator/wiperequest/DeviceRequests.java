package io.kubemdm.operator.wiperequest;

import io.kubemdm.crds.wiperequest.WipeRequest;
import io.kubemdm.protocol.device.DeviceId;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Which requests there are about a device. */
public final class DeviceRequests {

    private final Map<DeviceId, Set<String>> names = new ConcurrentHashMap<>();

    /** Takes a change of a request's object. */
    public void changed(@Nullable WipeRequest before, @Nullable WipeRequest now) {
        if (before != null && now == null) {
            names.computeIfPresent(device(before), (id, known) -> {
                known.remove(before.getMetadata().getName());
                return known.isEmpty() ? null : known;
            });
        } else if (now != null) {
            names.compute(device(now), (id, known) -> {
                Set<String> all = known == null ? ConcurrentHashMap.newKeySet() : known;
                all.add(now.getMetadata().getName());
                return all;
            });
        }
    }

    /** Names of the requests about a device. */
    public Set<String> about(DeviceId device) {
        return Set.copyOf(names.getOrDefault(device, Set.of()));
    }

    private static DeviceId device(WipeRequest request) {
        return new DeviceId(
                request.getMetadata().getNamespace(),
                request.getSpec().deviceRef().name());
    }
}
