package io.kubemdm.operator.automation.deprovision;

import io.kubemdm.crds.wiperequest.WipeType;
import io.kubemdm.protocol.bundle.Digest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is remembered of a trigger on {@code mdm.decisions}, and what follows from it: which devices are asked about, by
 * ownership, each once. It looks for devices for a while, so that one whose Device object comes back meanwhile is found.
 *
 * @param subjects whom it is about: values of {@code spec.owner}, or one device's name; empty once closed
 * @param at when it was pulled
 * @param closed whether no further device is looked for and every request is made
 * @param asks the requests, in the order of the devices' names
 */
public record TriggerDecision(
        Kind kind, Source source, List<String> subjects, Instant at, boolean closed, List<Ask> asks) {

    /** For how long devices are looked for. */
    static final Duration SETTLING = Duration.ofSeconds(30);

    /** After this long a request that the API server does not take is given up. */
    static final Duration TRYING = Duration.ofDays(7);

    /** For how long a closed trigger is remembered, so that a repeat of it is known as one. */
    static final Duration REMEMBERED = Duration.ofDays(35);

    /** Devices of one trigger, at most. */
    static final int MAX_DEVICES = 1_000;

    /** What happened. */
    public enum Kind {
        UserDeactivated,
        DeviceLost
    }

    /** Who told. */
    public enum Source {
        Scim,
        Webhook,
        Lifecycle
    }

    /**
     * One request.
     *
     * @param made whether it was created
     */
    public record Ask(String device, long epoch, WipeType type, String wipeRequest, boolean made) {}

    /** An enrolled device that the trigger is about. */
    record Candidate(String device, long epoch, boolean personal) {}

    public TriggerDecision {
        subjects = List.copyOf(subjects);
        asks = List.copyOf(asks);
    }

    /** A trigger that was just pulled. */
    public static TriggerDecision pulled(Kind kind, Source source, List<String> subjects, Instant at) {
        return new TriggerDecision(kind, source, subjects, at, false, List.of());
    }

    /**
     * What follows for devices that are there now.
     *
     * @param id the trigger's own, from which the requests' names follow
     */
    TriggerDecision look(String id, List<Candidate> candidates, Instant now) {
        if (closed) {
            return this;
        }
        Set<String> asked = asks.stream().map(Ask::device).collect(Collectors.toCollection(HashSet::new));
        List<Ask> next = new ArrayList<>(asks);
        for (Candidate each : candidates) {
            if (next.size() < MAX_DEVICES && asked.add(each.device())) {
                next.add(new Ask(each.device(), each.epoch(), type(each), name(id, each), false));
            }
        }
        boolean settled = !now.isBefore(at.plus(SETTLING)) && next.stream().allMatch(Ask::made);
        boolean over = settled || !now.isBefore(at.plus(TRYING));
        // Whom it was about is nobody's business any more.
        return new TriggerDecision(kind, source, over ? List.of() : subjects, at, over, next);
    }

    /** The same with these requests made. */
    TriggerDecision made(Set<String> wipeRequests) {
        return new TriggerDecision(
                kind,
                source,
                subjects,
                at,
                closed,
                asks.stream()
                        .map(ask -> wipeRequests.contains(ask.wipeRequest())
                                ? new Ask(ask.device(), ask.epoch(), ask.type(), ask.wipeRequest(), true)
                                : ask)
                        .toList());
    }

    /** Whether a repeat need not be known any more. */
    boolean forgettable(Instant now) {
        return closed && now.isAfter(at.plus(REMEMBERED));
    }

    /** A person's device keeps what is the person's. */
    static WipeType type(Candidate device) {
        return device.personal() ? WipeType.SelectiveWipe : WipeType.FullWipe;
    }

    /** The request's name; the same for the same trigger and device. */
    private String name(String id, Candidate device) {
        if (source == Source.Lifecycle) {
            return lostName(device.device(), device.epoch());
        }
        String mark = HexFormat.of().formatHex(Digest.sha256(id.getBytes(StandardCharsets.UTF_8)), 0, 6);
        return (kind == Kind.DeviceLost ? "lost-wipe-" : "leaver-") + mark + "-" + device.device();
    }

    /** The name of the request that {@code lifecycle: Lost} makes: one per enrolment. */
    static String lostName(String device, long epoch) {
        return "lost-wipe-" + device + "-" + epoch;
    }
}
