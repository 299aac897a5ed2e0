package io.kubemdm.operator.fleet;

import io.kubemdm.protocol.bundle.AdmissionOrder;
import io.kubemdm.protocol.message.PolicyReported;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The devices one rollout selects, in admission order, with running counts. Guarded by the {@link Fleet}'s lock. */
final class Members {

    /** A device in the order. */
    private record Member(String name, boolean online, boolean holding, Standing standing) {}

    private LiveRollout rollout;
    private final TreeMap<String, Member> byPlace = new TreeMap<>();
    private final Map<Standing, Integer> counts = new HashMap<>();
    private int reachable;
    private int holding;

    Members(LiveRollout rollout) {
        this.rollout = rollout;
    }

    LiveRollout rollout() {
        return rollout;
    }

    /** Takes the device as it is now. @return whether anything about it changed here */
    boolean put(FleetDevice device) {
        String place = AdmissionOrder.place(device.id().name(), rollout.bundle().digest());
        @Nullable Member now = member(device, place);
        @Nullable Member before = now == null ? byPlace.remove(place) : byPlace.put(place, now);
        if (before != null) {
            count(before, -1);
        }
        if (now != null) {
            count(now, 1);
        }
        return !java.util.Objects.equals(before, now);
    }

    /** Changes the rollout's reach. @return names of the devices whose admission that changes, in admission order */
    List<String> replace(LiveRollout next, Map<String, FleetDevice> devices) {
        rollout = next;
        List<String> changed = new ArrayList<>();
        for (Map.Entry<String, Member> each : byPlace.entrySet()) {
            Member before = each.getValue();
            FleetDevice device = devices.get(before.name());
            Member now = device == null ? null : member(device, each.getKey());
            if (now != null && !now.equals(before)) {
                count(before, -1);
                count(now, 1);
                each.setValue(now);
                if ((now.standing() == Standing.WAITING) != (before.standing() == Standing.WAITING)) {
                    changed.add(before.name());
                }
            }
        }
        return changed;
    }

    /** The place of the {@code count}-th device, null when there is no device. */
    @Nullable String place(int count) {
        String last = null;
        int seen = 0;
        for (String place : byPlace.keySet()) {
            if (seen++ == count) {
                break;
            }
            last = place;
        }
        return count == 0 ? null : last;
    }

    /** How many devices are at or before {@code threshold}. */
    int upTo(String threshold) {
        return byPlace.headMap(threshold, true).size();
    }

    List<String> names() {
        return byPlace.values().stream().map(Member::name).toList();
    }

    List<String> admitted() {
        return byPlace.values().stream()
                .filter(m -> m.standing() != Standing.WAITING)
                .map(Member::name)
                .toList();
    }

    List<String> names(Standing standing, int limit) {
        return byPlace.values().stream()
                .filter(m -> m.standing() == standing)
                .limit(limit)
                .map(Member::name)
                .toList();
    }

    Tally tally() {
        int waiting = counts.getOrDefault(Standing.WAITING, 0);
        return new Tally(
                byPlace.size(),
                reachable,
                byPlace.size() - waiting,
                counts.getOrDefault(Standing.SUCCEEDED, 0),
                counts.getOrDefault(Standing.FAILED, 0),
                counts.getOrDefault(Standing.REJECTED, 0),
                counts.getOrDefault(Standing.ROLLED_BACK, 0),
                counts.getOrDefault(Standing.OFFLINE, 0),
                holding);
    }

    private void count(Member member, int by) {
        counts.merge(member.standing(), by, Integer::sum);
        reachable += member.online() ? by : 0;
        holding += member.holding() ? by : 0;
    }

    private @Nullable Member member(FleetDevice device, String place) {
        KnownDevice known = device.known();
        if (known == null || !device.addressable() || !rollout.selects(device.platform(), device.labels())) {
            return null;
        }
        boolean online = known.online();
        KnownDevice.Line line = known.line(rollout.bundle().policy());
        boolean holds = line != null
                && line.state() == PolicyReported.State.Applied
                && line.ref().digest().equals(rollout.bundle().digest());
        Standing standing = rollout.admits(place, device.labels()) ? standing(line, holds, online) : Standing.WAITING;
        return new Member(device.id().name(), online, holds, standing);
    }

    private Standing standing(KnownDevice.@Nullable Line line, boolean holds, boolean online) {
        Standing unanswered = online ? Standing.PENDING : Standing.OFFLINE;
        if (rollout.retire()) {
            boolean gone = line == null || line.state() == PolicyReported.State.Removed;
            return gone ? Standing.SUCCEEDED : unanswered;
        }
        if (line == null || !line.ref().digest().equals(rollout.bundle().digest())) {
            return unanswered;
        }
        return switch (line.state()) {
            case Applied -> holds ? Standing.SUCCEEDED : unanswered;
            case Failed -> Standing.FAILED;
            case Rejected -> Standing.REJECTED;
            case RolledBack -> Standing.ROLLED_BACK;
            case Removed -> unanswered;
        };
    }
}
