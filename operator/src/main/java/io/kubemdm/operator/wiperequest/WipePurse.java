package io.kubemdm.operator.wiperequest;

import io.kubemdm.crds.wiperequest.WipeType;
import io.kubemdm.operator.dispatch.DecisionKey;
import io.kubemdm.protocol.order.WipeBudget;
import io.kubemdm.protocol.order.WipeBudget.Lane;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The budgets of every namespace, counted from what is on record, so that a new leader counts the same; plus what is being
 * signed at this moment and not on record yet. Safe for several threads; a namespace is one lock.
 */
final class WipePurse {

    /** Whether a request's object is still there: one that was deleted while it waited keeps nobody waiting. */
    interface Presence {
        boolean isThere(DecisionKey key, String uid);
    }

    /** What is on record in a namespace. */
    interface Records {
        Stream<Map.Entry<DecisionKey, WipeRecordDecision>> in(String namespace);
    }

    /** Somebody who wants to sign. */
    record Asker(DecisionKey key, String uid, WipeType type, Instant createdAt) {}

    private record Signing(Lane lane, Instant at) {}

    private record Place(Instant createdAt, String name) {
        static final Comparator<Place> ORDER =
                Comparator.comparing(Place::createdAt).thenComparing(Place::name);
    }

    private final WipeSettings settings;
    private final Records records;
    private final ToIntFunction<String> devices;
    private final Presence presence;
    private final Map<String, Map<String, Signing>> signing = new ConcurrentHashMap<>();

    /** @param devices how many devices a namespace has */
    WipePurse(WipeSettings settings, Records records, ToIntFunction<String> devices, Presence presence) {
        this.settings = settings;
        this.records = records;
        this.devices = devices;
        this.presence = presence;
    }

    /**
     * Takes one from the budget if it has one for the asker, who then has to say {@link #settled} in any case.
     *
     * @return null when it may sign, else why not and when to ask again
     */
    WipeBudget.@Nullable Decision<String> take(Asker asker, Instant now) {
        Lane lane = lane(asker.type().name());
        if (lane == null) {
            return null;
        }
        String namespace = asker.key().namespace();
        Map<String, Signing> open = signing.computeIfAbsent(namespace, any -> new HashMap<>());
        synchronized (open) {
            List<Instant> releases = new ArrayList<>();
            List<Place> line = new ArrayList<>();
            Set<String> charged = new HashSet<>();
            line.add(new Place(asker.createdAt(), asker.key().name()));
            records.in(namespace).forEach(each -> {
                WipeRecordDecision record = each.getValue();
                spent(record, lane).forEach(releases::add);
                if (record.issuedAt() != null) {
                    charged.add(record.uid());
                }
                boolean waits = record.inLineSince() != null
                        && record.end() == null
                        && lane(record.type()) == lane
                        && !record.uid().equals(asker.uid())
                        && !open.containsKey(record.uid());
                if (waits && presence.isThere(each.getKey(), record.uid())) {
                    line.add(new Place(record.inLineSince(), each.getKey().name()));
                }
            });
            // Between its commit and settled() a signing is on record and still open: it is charged once.
            open.forEach((uid, each) -> {
                if (each.lane() == lane && !charged.contains(uid)) {
                    releases.add(each.at());
                }
            });
            line.sort(Place.ORDER);
            WipeBudget.Decision<String> decision = settings.limits(lane)
                    .forFleet(devices.applyAsInt(namespace))
                    .decide(releases, line.stream().map(Place::name).toList(), now);
            if (decision.go().contains(asker.key().name())) {
                open.put(asker.uid(), new Signing(lane, now));
                return null;
            }
            return decision;
        }
    }

    /** Whether anybody's record says that it stands in line for the budget that this type of request takes from. */
    boolean isWaitedFor(String namespace, WipeType type) {
        Lane lane = lane(type.name());
        return records.in(namespace)
                .anyMatch(each -> each.getValue().inLineSince() != null
                        && each.getValue().end() == null
                        && lane(each.getValue().type()) == lane
                        && presence.isThere(each.getKey(), each.getValue().uid()));
    }

    /** What was taken is on record now, or was given up. */
    void settled(Asker asker) {
        Map<String, Signing> open = signing.get(asker.key().namespace());
        if (open != null) {
            synchronized (open) {
                open.remove(asker.uid());
            }
        }
    }

    /** What a record has taken from a lane's budget. */
    private static Stream<Instant> spent(WipeRecordDecision record, Lane lane) {
        Stream<Instant> own = record.issuedAt() != null && lane(record.type()) == lane
                ? Stream.of(record.issuedAt())
                : Stream.empty();
        return Stream.concat(
                own,
                record.spent().stream()
                        .filter(each -> lane(each.type()) == lane)
                        .map(WipeRecordDecision.Spent::at));
    }

    private static @Nullable Lane lane(String type) {
        var command = WipeDecision.commandType(WipeType.of(type));
        return command == null ? null : Lane.of(command);
    }
}
