package io.kubemdm.operator.dispatch;

import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.ledger.Revocation;
import io.kubemdm.protocol.order.CommandOrder;
import io.kubemdm.protocol.order.DesiredOrder;
import io.kubemdm.protocol.order.WithdrawnOrder;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What has gone out, as far as it is committed: read from Kafka when taking over, then kept by the dispatcher after each
 * commit. Readers see a consistent entry per device and never one that is not on record.
 */
public final class Issued {

    private final Map<DeviceId, IssuedDesired> desired = new ConcurrentHashMap<>();
    private final Map<DeviceId, Map<String, IssuedCommand>> commands = new ConcurrentHashMap<>();
    private final Map<DeviceId, Revocation> revocations = new ConcurrentHashMap<>();

    /** The latest desired order of a device, null when there never was one. */
    public @Nullable IssuedDesired desired(DeviceId device) {
        return desired.get(device);
    }

    /** Every command of a device that is still on {@code mdm.commands}. */
    public List<IssuedCommand> commands(DeviceId device) {
        Map<String, IssuedCommand> found = commands.get(device);
        return found == null ? List.of() : List.copyOf(found.values());
    }

    /** The device's revocation, null when nothing was revoked. */
    public @Nullable Revocation revocation(DeviceId device) {
        return revocations.get(device);
    }

    void put(DesiredOrder order) {
        desired.put(order.device(), IssuedDesired.of(order));
    }

    void put(CommandOrder order) {
        of(order.device()).put(order.id(), IssuedCommand.of(order));
    }

    void put(WithdrawnOrder order) {
        of(order.device())
                .compute(order.id(), (id, before) -> IssuedCommand.of(order, before == null ? 0 : before.seq()));
    }

    void put(Revocation revocation) {
        revocations.put(revocation.device(), revocation);
    }

    void forget(DeviceId device, String command) {
        of(device).remove(command);
    }

    void forgetDesired(DeviceId device) {
        desired.remove(device);
    }

    private Map<String, IssuedCommand> of(DeviceId device) {
        return commands.computeIfAbsent(device, id -> new ConcurrentHashMap<>());
    }
}
