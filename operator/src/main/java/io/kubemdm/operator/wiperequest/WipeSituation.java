package io.kubemdm.operator.wiperequest;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.kubemdm.crds.Ownership;
import io.kubemdm.crds.device.Device;
import io.kubemdm.crds.wipeapproval.WipeApproval;
import io.kubemdm.crds.wiperequest.WipeRequest;
import io.kubemdm.crds.wiperequest.WipeType;
import io.kubemdm.operator.dispatch.DecisionKey;
import io.kubemdm.operator.dispatch.Decisions;
import io.kubemdm.operator.dispatch.Issued;
import io.kubemdm.operator.dispatch.IssuedCommand;
import io.kubemdm.operator.fleet.Fleet;
import io.kubemdm.operator.fleet.FleetDevice;
import io.kubemdm.operator.fleet.KnownDevice;
import io.kubemdm.operator.wiperequest.WipeRecordDecision.Spent;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.order.CommandType;
import io.kubemdm.protocol.order.WipeBudget;
import io.kubemdm.protocol.state.DeviceState.Command;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gathers what there is to decide on about one request. What a signature depends on and an informer may have late (whose
 * the device is, who approved) is asked of the API server itself.
 */
final class WipeSituation {

    private final KubernetesClient client;
    private final Issued issued;
    private final Decisions decisions;
    private final Fleet fleet;
    private final WipeSettings settings;
    private final WipePurse.Presence presence;
    private final Approvals approvals;

    /** Whether a WipeApproval about a request has been seen. */
    interface Approvals {
        boolean seen(String namespace, String uid);
    }

    WipeSituation(
            KubernetesClient client,
            Issued issued,
            Decisions decisions,
            Fleet fleet,
            WipeSettings settings,
            WipePurse.Presence presence,
            Approvals approvals) {
        this.client = client;
        this.issued = issued;
        this.decisions = decisions;
        this.fleet = fleet;
        this.settings = settings;
        this.presence = presence;
        this.approvals = approvals;
    }

    WipeDecision.Input of(WipeRequest request, DecisionKey key, Instant now) {
        String uid = request.getMetadata().getUid();
        WipeRecordDecision found = decisions.get(key, WipeRecordDecision.class);
        WipeRecordDecision record = found != null && found.uid().equals(uid) ? found : null;
        DeviceId device = device(request);
        KnownDevice known = known(device);
        Command command = record == null || known == null ? null : known.command(record.commandId());
        boolean unsigned = record == null || (record.seq() == 0 && record.end() == null);
        boolean personal = unsigned && isPersonal(request.getSpec().type(), device, known);
        int floor = settings.floor(request.getSpec().type(), personal);
        return new WipeDecision.Input(
                request.getSpec(),
                uid,
                Instant.parse(request.getMetadata().getCreationTimestamp()),
                record,
                record == null ? spent(found, now) : record.spent(),
                target(request, device, known, personal, record, command, now),
                unsigned ? count(request, floor) : ApprovalDecision.count(request.getSpec(), uid, floor, List.of()),
                now);
    }

    static DeviceId device(WipeRequest request) {
        return new DeviceId(
                request.getMetadata().getNamespace(),
                request.getSpec().deviceRef().name());
    }

    private ApprovalDecision count(WipeRequest request, int floor) {
        String namespace = request.getMetadata().getNamespace();
        String uid = request.getMetadata().getUid();
        ApprovalDecision none = ApprovalDecision.count(request.getSpec(), uid, floor, List.of());
        if (none.required() == 0 && !approvals.seen(namespace, uid)) {
            return none;
        }
        List<ApprovalDecision.Vote> votes = client
                .resources(WipeApproval.class)
                .inNamespace(namespace)
                .withField("spec.wipeRef.uid", uid)
                .list()
                .getItems()
                .stream()
                .map(each -> new ApprovalDecision.Vote(each.getMetadata().getName(), each.getSpec()))
                .toList();
        return ApprovalDecision.count(request.getSpec(), uid, floor, votes);
    }

    /** A device is a person's own if it enrolled so or its object says so: neither can be talked away by the other. */
    private boolean isPersonal(WipeType type, DeviceId id, @Nullable KnownDevice known) {
        if (known != null
                && known.enrolment() != null
                && Ownership.of(known.enrolment().ownership()) != Ownership.Corporate) {
            return true;
        }
        if (!WipeDecision.erasesAll(type) && settings.floor(type, true) == settings.floor(type, false)) {
            return false; // it changes nothing, and asking takes time
        }
        Device object = client.resources(Device.class)
                .inNamespace(id.namespace())
                .withName(id.name())
                .get();
        if (object == null) {
            return known != null && known.declaration() != null && declaredPersonal(known.declaration());
        }
        return object.getSpec().ownership() != Ownership.Corporate;
    }

    /** Who deletes the object does not delete what it had said. */
    private static boolean declaredPersonal(KnownDevice.Declaration declaration) {
        String ownership = declaration.specTree().path("ownership").asText(Ownership.Corporate.name());
        return Ownership.of(ownership) != Ownership.Corporate;
    }

    /** What an earlier object of this name took, as long as it counts: to delete a request gives nothing back. */
    private static List<Spent> spent(@Nullable WipeRecordDecision earlier, Instant now) {
        if (earlier == null) {
            return List.of();
        }
        List<Spent> spent = new ArrayList<>(earlier.spent());
        if (earlier.issuedAt() != null) {
            spent.add(new Spent(earlier.type(), earlier.issuedAt()));
        }
        spent.removeIf(each -> !each.at().isAfter(now.minus(WipeBudget.LONGEST)));
        return spent;
    }

    private @Nullable KnownDevice known(DeviceId device) {
        FleetDevice found = fleet.device(device);
        return found == null || found.known() == null || found.known().enrolment() == null ? null : found.known();
    }

    private WipeDecision.Target target(
            WipeRequest request,
            DeviceId device,
            @Nullable KnownDevice known,
            boolean personal,
            @Nullable WipeRecordDecision record,
            @Nullable Command command,
            Instant now) {
        long epoch = known == null ? 0 : known.epoch();
        String own = record == null ? "" : record.commandId();
        long highest = record == null ? 0 : record.seq();
        String open = null;
        for (IssuedCommand each : issued.commands(device)) {
            if (each.epoch() == epoch) {
                highest = Math.max(highest, each.seq());
                if (!each.id().equals(own) && isOpen(device, known, each, now)) {
                    open = each.id();
                }
            }
        }
        if (known != null) {
            for (Command each : known.commands()) {
                highest = Math.max(highest, Math.max(each.seq(), 0));
            }
        }
        return new WipeDecision.Target(
                epoch,
                personal,
                command,
                highest,
                open,
                record == null || record.seq() == 0 ? twin(request, device, known, now) : null);
    }

    /** A command that stands although its request has ended is for a device that may never come: nobody waits for it. */
    private boolean isOpen(DeviceId device, @Nullable KnownDevice known, IssuedCommand each, Instant now) {
        Command state = known == null ? null : known.command(each.id());
        // No wipe waits for a remediation that the device may never fetch.
        return !each.withdrawn()
                && each.type() != CommandType.Remediate
                && each.notAfter().isAfter(now)
                && (state == null || state.ended() == null)
                && decisions
                        .in(device.namespace(), WipeRecordDecision.class)
                        .noneMatch(e -> e.getValue().end() != null
                                && e.getValue().commandId().equals(each.id()));
    }

    private @Nullable String twin(WipeRequest request, DeviceId device, @Nullable KnownDevice known, Instant now) {
        long epoch = known == null ? 0 : known.epoch();
        return decisions
                .in(device.namespace(), WipeRecordDecision.class)
                .filter(e -> e.getValue().end() == null
                        && e.getValue().epoch() == epoch
                        && e.getValue().device().equals(device.name())
                        && e.getValue().type().equals(request.getSpec().type().name())
                        && !e.getValue().uid().equals(request.getMetadata().getUid())
                        && mayStillGo(e, known, now))
                .map(e -> e.getKey().name())
                .sorted()
                .findFirst()
                .orElse(null);
    }

    /** A request that was deleted ends nowhere; what it had signed goes on until it is confirmed or void. */
    private boolean mayStillGo(
            Map.Entry<DecisionKey, WipeRecordDecision> each, @Nullable KnownDevice known, Instant now) {
        WipeRecordDecision record = each.getValue();
        if (presence.isThere(each.getKey(), record.uid())) {
            return true;
        }
        Command command = known == null ? null : known.command(record.commandId());
        return record.seq() > 0
                && (record.notAfter() == null || record.notAfter().isAfter(now))
                && (command == null || command.ended() == null);
    }
}
