package io.kubemdm.operator.device;

import io.kubemdm.crds.Formats;
import io.kubemdm.crds.device.DeviceSpec;
import io.kubemdm.crds.device.Lifecycle;
import io.kubemdm.operator.device.StoodDecision.Revoked;
import io.kubemdm.operator.device.StoodDecision.Version;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.bundle.SemanticVersion;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is to be said about a device: to the engine, to the device, to those who check certificates.
 *
 * @param declare whether the engine is to be told what the object says
 * @param order the desired order to be issued, null when the latest one stands
 * @param brings what the order is issued for when it only brings versions, so that it may wait for its turn; null when it may not
 * @param stood what is to be remembered beside the order, null when what is on record stands
 * @param revocation what to void, null for nothing new
 * @param lock whether the lock of a lost device is to be asked for
 * @param lookAgain when a person's quarantine ends by the clock, null for never
 */
record DeviceDecision(
        boolean declare,
        @Nullable Order order,
        @Nullable List<PolicyRef> brings,
        @Nullable StoodDecision stood,
        @Nullable Voiding revocation,
        boolean lock,
        @Nullable Instant lookAgain) {

    /** Heartbeat interval of a device without any policy, in seconds. */
    static final int DEFAULT_HEARTBEAT_SECONDS = 300;

    private static final Comparator<Grant> BY_RANK = Comparator.<Grant, SemanticVersion>comparing(
                    g -> SemanticVersion.parse(g.ref().version()))
            .thenComparing(Grant::retire)
            .thenComparing(g -> g.ref().digest())
            .reversed();

    /** The Device object; {@code resourceVersion} does not matter. */
    record Declared(String uid, long generation, Map<String, String> labels) {}

    /**
     * An enrolment to which orders can be sent.
     *
     * @param assignedSeq highest counter the engine knows of in this epoch
     */
    record Enrolled(long epoch, long assignedSeq, Instant at) {}

    /**
     * The latest desired order.
     *
     * @param lockAfterSeconds the offline lease, null for none
     * @param quarantined whether it confines the device
     */
    record Order(
            long epoch,
            long seq,
            List<PolicyRef> policies,
            int heartbeatSeconds,
            @Nullable Long lockAfterSeconds,
            boolean quarantined) {

        Order(long epoch, long seq, List<PolicyRef> policies, int heartbeatSeconds, @Nullable Long lockAfterSeconds) {
            this(epoch, seq, policies, heartbeatSeconds, lockAfterSeconds, false);
        }
    }

    /**
     * What a live rollout that admits the device grants it.
     *
     * @param newlySigned whether the device refused it for want of signatures, and there are others now
     */
    record Grant(PolicyRef ref, boolean retire, int heartbeatSeconds, boolean newlySigned) {

        Grant(PolicyRef ref, boolean retire, int heartbeatSeconds) {
            this(ref, retire, heartbeatSeconds, false);
        }
    }

    /** Everything issued before a moment is void. */
    record Voiding(Instant before, String reason) {}

    /**
     * What there is to decide on.
     *
     * @param engineHas the declaration the engine has, or was last sent; null for none
     * @param enrolled null while no order can reach the device
     * @param issued null when there never was an order
     * @param stood what is remembered beside it
     * @param revoked what no live rollout grants the device any more
     * @param revokedBefore from the device's revocation, null for none
     * @param lockAsked whether the lock of a lost device was asked for in this enrolment
     * @param confined whether policies confine it
     */
    record Input(
            DeviceSpec spec,
            Declared object,
            @Nullable Declared engineHas,
            @Nullable Enrolled enrolled,
            @Nullable Order issued,
            StoodDecision stood,
            List<Grant> grants,
            Revoked revoked,
            @Nullable Instant revokedBefore,
            boolean lockAsked,
            boolean confined,
            Instant now) {}

    static DeviceDecision decide(Input in) {
        boolean lost = in.spec().lifecycle() == Lifecycle.Lost && in.enrolled() != null;
        Order order = order(in);
        return new DeviceDecision(
                !in.object().equals(in.engineHas()),
                order,
                order == null ? null : brings(in, order),
                stood(in),
                revocation(in),
                lost && !in.lockAsked(),
                quarantineEnds(in));
    }

    /** A person's quarantine and the policies' stand beside each other: it ends when neither stands. */
    private static boolean quarantined(Input in) {
        DeviceSpec.Quarantine persons = in.spec().quarantine();
        return in.confined()
                || (persons != null
                        && (persons.until() == null
                                || Instant.parse(persons.until()).isAfter(in.now())));
    }

    private static @Nullable Instant quarantineEnds(Input in) {
        DeviceSpec.Quarantine persons = in.spec().quarantine();
        Instant until = persons == null || persons.until() == null ? null : Instant.parse(persons.until());
        return until == null || !until.isAfter(in.now()) ? null : until;
    }

    private static @Nullable Order order(Input in) {
        Enrolled enrolled = in.enrolled();
        if (enrolled == null || in.spec().lifecycle() == Lifecycle.Retired) {
            return null;
        }
        Order issued = in.issued();
        boolean sameLife = issued != null && issued.epoch() == enrolled.epoch();
        Order next = new Order(
                enrolled.epoch(),
                nextSeq(enrolled, sameLife ? issued : null),
                policies(in),
                heartbeat(in),
                lockAfter(in.spec()),
                quarantined(in));
        if (!sameLife) {
            return next.policies().isEmpty() && next.lockAfterSeconds() == null && !next.quarantined() ? null : next;
        }
        boolean stands = issued != null
                && in.grants().stream().noneMatch(Grant::newlySigned)
                && issued.policies().equals(next.policies())
                && issued.heartbeatSeconds() == next.heartbeatSeconds()
                && Objects.equals(issued.lockAfterSeconds(), next.lockAfterSeconds())
                && issued.quarantined() == next.quarantined();
        return stands ? null : next;
    }

    /** Going back, a quarantine, a lease, signatures and the first order of an enrolment wait for nobody. */
    private static @Nullable List<PolicyRef> brings(Input in, Order next) {
        Order issued = in.issued();
        boolean only = issued != null
                && issued.epoch() == next.epoch()
                && issued.quarantined() == next.quarantined()
                && Objects.equals(issued.lockAfterSeconds(), next.lockAfterSeconds())
                && in.grants().stream().noneMatch(Grant::newlySigned)
                && !in.stood().takesBack(issued.policies(), in.revoked()::contains);
        return only
                ? next.policies().stream()
                        .filter(ref -> !issued.policies().contains(ref))
                        .toList()
                : null;
    }

    /** The same without the order and what is remembered with it: its turn has not come. */
    DeviceDecision withoutOrder() {
        return new DeviceDecision(declare, null, null, null, revocation, lock, lookAgain);
    }

    private static @Nullable Long lockAfter(DeviceSpec spec) {
        String lockAfter =
                spec.offlineLease() == null ? null : spec.offlineLease().lockAfter();
        return lockAfter == null ? null : Formats.duration(lockAfter).toSeconds();
    }

    private static long nextSeq(Enrolled enrolled, @Nullable Order issued) {
        return Math.max(enrolled.assignedSeq(), issued == null ? 0 : issued.seq()) + 1;
    }

    /** One reference per line: the highest granted version; without a grant what stood before and was not revoked. */
    private static List<PolicyRef> policies(Input in) {
        return standing(in).policies();
    }

    private static StoodDecision standing(Input in) {
        Map<String, List<Version>> granted = new TreeMap<>();
        in.grants().stream().sorted(BY_RANK).forEach(grant -> granted.computeIfAbsent(
                        grant.ref().policy(), policy -> new ArrayList<>())
                .add(new Version(grant.ref(), grant.retire())));
        granted.replaceAll((policy, versions) -> versions.stream().distinct().toList());
        List<PolicyRef> ordered = in.issued() == null ? List.of() : in.issued().policies();
        return in.stood().next(ordered, granted, in.revoked()::contains);
    }

    private static @Nullable StoodDecision stood(Input in) {
        if (in.enrolled() == null || in.spec().lifecycle() == Lifecycle.Retired) {
            return null;
        }
        StoodDecision next = standing(in).remembered();
        return next.equals(in.stood()) ? null : next;
    }

    /** Of the grants of each line, the one that stands: the highest version. */
    static Map<String, Grant> winners(List<Grant> grants) {
        Map<String, Grant> winners = new TreeMap<>();
        grants.stream()
                .sorted(BY_RANK)
                .forEach(grant -> winners.putIfAbsent(grant.ref().policy(), grant));
        return winners;
    }

    private static int heartbeat(Input in) {
        int granted = winners(in.grants()).values().stream()
                .filter(g -> !g.retire())
                .mapToInt(Grant::heartbeatSeconds)
                .min()
                .orElse(Integer.MAX_VALUE);
        List<PolicyRef> stands = policies(in);
        boolean carried = stands.stream()
                .anyMatch(ref -> in.grants().stream().noneMatch(g -> g.ref().equals(ref)));
        if (carried && in.issued() != null) {
            granted = Math.min(granted, in.issued().heartbeatSeconds());
        }
        return granted == Integer.MAX_VALUE ? DEFAULT_HEARTBEAT_SECONDS : granted;
    }

    private static @Nullable Voiding revocation(Input in) {
        Instant standing = in.revokedBefore();
        String asked = in.spec().revokeCertificatesBefore();
        Instant before = asked == null ? null : Instant.parse(asked);
        if (before != null && (standing == null || before.isAfter(standing))) {
            return new Voiding(before, "spec.revokeCertificatesBefore");
        }
        boolean retired = in.spec().lifecycle() == Lifecycle.Retired && in.enrolled() != null;
        if (retired && (standing == null || !standing.isAfter(in.enrolled().at()))) {
            return new Voiding(in.now(), "spec.lifecycle is Retired");
        }
        return null;
    }
}
