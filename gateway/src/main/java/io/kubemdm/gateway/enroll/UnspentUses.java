package io.kubemdm.gateway.enroll;

import io.kubemdm.protocol.device.DeviceId;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Uses of limited tokens that were claimed for a device whose certificate then did not get on record. The use stays the
 * device's: its next try at this replica needs no other, or a token with one use would be used up by nobody.
 */
final class UnspentUses {

    private static final int MOST = 10_000;

    private record Use(String token, DeviceId device) {}

    private final Set<Use> uses = ConcurrentHashMap.newKeySet();

    /** A use of {@code token} in the device's namespace has got it nothing. Above {@value #MOST} of them it is lost. */
    void keep(String token, DeviceId device) {
        if (uses.size() < MOST) {
            uses.add(new Use(token, device));
        }
    }

    /** Whether the device had one left; it has none then. */
    boolean take(String token, DeviceId device) {
        return uses.remove(new Use(token, device));
    }
}
