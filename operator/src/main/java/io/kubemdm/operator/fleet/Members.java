package io.kubemdm.operator.fleet;

import io.kubemdm.protocol.bundle.AdmissionOrder;
import io.kubemdm.protocol.bundle.SemanticVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The devices one rollout selects, in admission order, with running counts. A change of one device costs O(log of their
 * number). Guarded by the {@link Fleet}'s lock.
 */
final class Members {

    /** A device whose standing changes by itself. */
    private record Due(Instant at, String place) {}

    /** Highest version first; at the same one a rollout that removes the line, then by digest, as orders are made. */
    static final Comparator<Members> BY_RANK = Comparator.<Members, SemanticVersion>comparing(m -> m.version)
            .thenComparing(m -> m.rollout.retire())
            .thenComparing(m -> m.rollout.bundle().digest())
            .reversed();

    private final Surroundings around;
    private final SemanticVersion version;
    private LiveRollout rollout;
    private final TreeMap<String, Member> byPlace = new TreeMap<>();
    private final Map<String, String> places = new HashMap<>();
    private final Map<Standing, Integer> counts = new EnumMap<>(Standing.class);
    private final Map<Standing, TreeSet<String>> failures = new EnumMap<>(Standing.class);
    private final TreeSet<Due> dues =
            new TreeSet<>(Comparator.comparing(Due::at).thenComparing(Due::place));
    private int reachable;

    Members(LiveRollout rollout, Surroundings around) {
        this.rollout = rollout;
        this.around = around;
        this.version = SemanticVersion.parse(rollout.bundle().version());
        Standing.FAILURES.forEach(failure -> failures.put(failure, new TreeSet<>()));
    }

    LiveRollout rollout() {
        return rollout;
    }

    /** Takes the device as it is now. @return whether anything about it changed here */
    boolean put(FleetDevice device) {
        return put(device, false);
    }

    private boolean put(FleetDevice device, boolean anew) {
        String name = device.id().name();
        boolean eligible = device.addressable() && rollout.selects(device.platform(), device.labels());
        String place = eligible
                ? places.computeIfAbsent(
                        name, n -> AdmissionOrder.place(n, rollout.bundle().digest()))
                : places.remove(name);
        if (place == null) {
            return false;
        }
        @Nullable Member before = byPlace.get(place);
        @Nullable Member now = eligible ? member(device, place, before, anew) : null;
        if (!eligible) {
            around.turnstile().forget(rollout, name);
        }
        set(place, before, now);
        return !Objects.equals(before, now);
    }

    private void set(String place, @Nullable Member before, @Nullable Member now) {
        if (before != null) {
            count(place, before, -1);
        }
        if (now == null) {
            byPlace.remove(place);
        } else {
            byPlace.put(place, now);
            count(place, now, 1);
        }
    }

    /** Changes the rollout's reach. @return names of the devices whose admission that changes, in admission order */
    List<String> replace(LiveRollout next) {
        rollout = next;
        return review(false);
    }

    /** Asks the turnstile about every device again. @return names of those whose admission that changes, in admission order */
    List<String> askAgain() {
        return review(true);
    }

    private List<String> review(boolean anew) {
        List<String> changed = new ArrayList<>();
        for (String place : List.copyOf(byPlace.keySet())) {
            Member before = Objects.requireNonNull(byPlace.get(place));
            FleetDevice device = around.device(before.name());
            if (device != null) {
                boolean admitted = before.isGranted();
                put(device, anew);
                Member now = byPlace.get(place);
                if (now != null && now.isGranted() != admitted) {
                    changed.add(before.name());
                }
            }
        }
        return changed;
    }

    /** Looks again at the devices whose time has come. */
    void advance() {
        Instant now = around.now();
        while (!dues.isEmpty() && !dues.first().at().isAfter(now)) {
            Due due = dues.pollFirst();
            Member member = byPlace.get(due.place());
            FleetDevice device = member == null ? null : around.device(member.name());
            if (device != null) {
                put(device);
            }
        }
    }

    /** When the next device's time comes, null for never. */
    @Nullable Instant nextDue() {
        return dues.isEmpty() ? null : dues.first().at();
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
                .filter(Member::isGranted)
                .map(Member::name)
                .toList();
    }

    /** Whether it gives its bundle to a device, as far as it is up to this rollout. */
    boolean grants(String device) {
        String place = places.get(device);
        Member member = place == null ? null : byPlace.get(place);
        return member != null && member.isGranted();
    }

    /** Whether the device is kept out, though it is reached and nothing was revoked. */
    boolean bars(FleetDevice device) {
        String place = places.get(device.id().name());
        Member member = place == null ? null : byPlace.get(place);
        return member != null && rollout.admits(place, device.labels()) && member.answer() == Turnstile.Answer.NEVER;
    }

    /** Names of at most {@code limit} devices that failed so, in admission order. */
    List<String> names(Standing failure, int limit) {
        TreeSet<String> found = failures.get(failure);
        return found == null
                ? List.of()
                : found.stream()
                        .limit(limit)
                        .map(byPlace::get)
                        .filter(Objects::nonNull)
                        .map(Member::name)
                        .toList();
    }

    Tally tally() {
        int outside = of(Standing.WAITING) + of(Standing.HELD);
        return new Tally(
                byPlace.size(),
                reachable,
                of(Standing.HELD),
                byPlace.size() - outside,
                of(Standing.PENDING),
                of(Standing.OFFLINE),
                of(Standing.SETTLING),
                of(Standing.SUCCEEDED),
                of(Standing.FAILED),
                of(Standing.REJECTED),
                of(Standing.TIMED_OUT),
                of(Standing.REGRESSED),
                of(Standing.SUPERSEDED),
                of(Standing.RETURNING),
                of(Standing.ROLLED_BACK));
    }

    private int of(Standing standing) {
        return counts.getOrDefault(standing, 0);
    }

    private void count(String place, Member member, int by) {
        counts.merge(member.standing(), by, Integer::sum);
        reachable += member.isOnline() ? by : 0;
        TreeSet<String> failed = failures.get(member.standing());
        Instant until = member.footing().until();
        if (by > 0) {
            if (failed != null) {
                failed.add(place);
            }
            if (until != null) {
                dues.add(new Due(until, place));
            }
        } else {
            if (failed != null) {
                failed.remove(place);
            }
            if (until != null) {
                dues.remove(new Due(until, place));
            }
        }
    }

    private Member member(FleetDevice device, String place, @Nullable Member before, boolean anew) {
        KnownDevice known = Objects.requireNonNull(device.known());
        Question question = Question.of(rollout, device, place);
        boolean admitted = question.reached() && ((before != null && before.isGranted()) || has(known));
        Turnstile.Answer answer = anew || before == null || !before.question().equals(question)
                ? around.turnstile().ask(rollout, device, question.turn(admitted))
                : before.answer();
        Waited waited = Waited.next(
                before == null ? null : before.waited(),
                before == null ? null : before.onlineSince(),
                Footing.orderedAt(rollout, known),
                known);
        return new Member(
                device.id().name(),
                known.online() ? Objects.requireNonNullElse(known.onlineSince(), Instant.EPOCH) : null,
                waited,
                footing(device, known, place, admitted, answer, Waited.of(waited)),
                question,
                answer);
    }

    private Footing footing(
            FleetDevice device,
            KnownDevice known,
            String place,
            boolean admitted,
            Turnstile.Answer answer,
            Duration waited) {
        if (!rollout.reaches(place, device.labels())) {
            return Footing.WAITING;
        }
        if (rollout.revokedAt() != null) {
            // Who enrolled after that was never admitted.
            boolean later =
                    known.enrolment() == null || known.enrolment().enrolledAt().isAfter(rollout.revokedAt());
            return later ? Footing.WAITING : Footing.revoked(rollout, known);
        }
        if (answer == Turnstile.Answer.NEVER) {
            return Footing.WAITING;
        }
        if (answer == Turnstile.Answer.LATER && !admitted) {
            return Footing.HELD;
        }
        return around.outranked(this, device.id().name())
                ? Footing.SUPERSEDED
                : Footing.admitted(rollout, known, waited, around.now());
    }

    /** Whether the device's order follows this rollout already; known after a restart, too. */
    private boolean has(KnownDevice known) {
        KnownDevice.Assigned assigned = known.assigned(rollout.bundle().policy());
        return rollout.retire()
                ? assigned == null
                : assigned != null && assigned.ref().equals(rollout.bundle());
    }
}
