package io.kubemdm.operator.compliance;

import io.kubemdm.crds.policybundle.NonComplianceAction;
import io.kubemdm.crds.policybundle.RemediationAction;
import io.kubemdm.crds.wiperequest.WipeType;
import io.kubemdm.operator.compliance.RemedyRecordDecision.Line;
import io.kubemdm.protocol.bundle.Digest;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.order.Remediation;
import io.kubemdm.protocol.order.WipeBudget;
import io.kubemdm.protocol.state.Compliance;
import io.kubemdm.protocol.state.ComplianceState;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which actions are to be done now. An action is one place in the list of what has fired in one episode, which is a line that
 * is not complied with since one moment in one enrolment; done once, it is not done again in this episode. What an episode
 * fired that is over is not done any more.
 *
 * @param record to be remembered together with what goes out; without {@code asks}, which are done only once created
 * @param confines whether policies confine the device
 * @param notices people to be told
 * @param remedies remediations to be ordered
 * @param asks WipeRequests to be created
 * @param lookAgain when something that waits may go, null when nothing waits
 */
record ActionDecision(
        RemedyRecordDecision record,
        boolean confines,
        List<Fired> notices,
        List<Remedy> remedies,
        List<Ask> asks,
        @Nullable Instant lookAgain) {

    /** At most one remediation of a line in so long: a device that flaps is not worked on all day. */
    static final Duration REST = Duration.ofHours(1);

    /** Remediations of a device that are not over, at most: the engine keeps 16 open commands, and wipes need room. */
    static final int MAX_OPEN = 4;

    /** When to look whether one of them is over. */
    static final Duration OPEN_LOOK = Duration.ofMinutes(1);

    /**
     * One action.
     *
     * @param mark of device, enrolment, line, episode and place; the same for whoever looks
     */
    record Fired(String policy, int index, String mark, Compliance.Line line) {}

    /** A remediation. */
    record Remedy(Fired fired, Remediation what) {}

    /**
     * A WipeRequest.
     *
     * @param name follows from the action
     */
    record Ask(Fired fired, String name, WipeType type) {}

    /**
     * What there is to decide on.
     *
     * @param fired lines in force with actions that have fired
     * @param quarantine the policies' own, null for none
     * @param open remediations of the device that are not over
     * @param roomAt when the budget has room for one more confined device, null for now
     * @param personal whether the device is a person's own
     */
    record Input(
            DeviceId device,
            long epoch,
            SortedMap<String, Compliance.Line> fired,
            Compliance.@Nullable Quarantine quarantine,
            @Nullable RemedyRecordDecision record,
            int open,
            @Nullable Instant roomAt,
            boolean personal,
            Instant now) {}

    /** Whether confining the device takes one from the budget; one that is confined already does not. */
    static boolean asksForRoom(
            long epoch, Compliance.@Nullable Quarantine quarantine, @Nullable RemedyRecordDecision record) {
        return quarantine != null && (record == null || record.epoch() != epoch || record.confinedSince() == null);
    }

    static ActionDecision decide(Input in) {
        return new Deciding(in).decide();
    }

    /** The names that WipeRequests of policies have. */
    static String name(DeviceId device, long epoch, String mark) {
        return "policy-" + device.name() + "-" + epoch + "-" + mark;
    }

    static String mark(DeviceId device, long epoch, String policy, Instant since, int index) {
        String cause = String.join("\n", device.toString(), Long.toString(epoch), policy, since.toString(), "" + index);
        return HexFormat.of().formatHex(Digest.sha256(cause.getBytes(StandardCharsets.UTF_8)), 0, 8);
    }

    /** By what the rules say that ran out of grace; those that have none yet are left alone. */
    static Remediation remediation(Compliance.Line line) {
        List<Compliance.Broken> broken = line.rules().values().stream()
                .filter(rule -> rule.state() == ComplianceState.NonCompliant)
                .toList();
        boolean reapply =
                broken.stream().anyMatch(rule -> RemediationAction.of(rule.remediation()) == RemediationAction.Reapply);
        List<String> scripts = broken.stream()
                .filter(rule -> RemediationAction.of(rule.remediation()) == RemediationAction.Script)
                .map(Compliance.Broken::script)
                .filter(script -> script != null && Remediation.isName(script))
                .distinct()
                .limit(Remediation.MAX_SCRIPTS)
                .toList();
        return new Remediation(reapply, scripts);
    }

    private static final class Deciding {

        private final Input in;
        private final RemedyRecordDecision before;
        private final SortedMap<String, Line> lines = new TreeMap<>();
        private final List<Fired> notices = new ArrayList<>();
        private final List<Remedy> remedies = new ArrayList<>();
        private final List<Ask> asks = new ArrayList<>();
        private @Nullable Instant lookAgain;

        Deciding(Input in) {
            this.in = in;
            RemedyRecordDecision found = in.record() == null ? RemedyRecordDecision.fresh(in.epoch()) : in.record();
            this.before = found.epoch() == in.epoch()
                    ? found
                    : new RemedyRecordDecision(in.epoch(), new TreeMap<>(), null, found.spent());
        }

        ActionDecision decide() {
            in.fired().forEach(this::line);
            before.lines().forEach(this::rest);
            boolean confines = in.quarantine() != null && (before.confinedSince() != null || in.roomAt() == null);
            Instant since = confines ? (before.confinedSince() == null ? in.now() : before.confinedSince()) : null;
            if (in.quarantine() != null && !confines && in.roomAt() != null) {
                again(in.roomAt());
            }
            return new ActionDecision(
                    new RemedyRecordDecision(in.epoch(), lines, since, spent(since)),
                    confines,
                    notices,
                    remedies,
                    asks,
                    lookAgain);
        }

        private List<Instant> spent(@Nullable Instant since) {
            List<Instant> spent = new ArrayList<>(before.spent());
            if (since != null && before.confinedSince() == null) {
                spent.add(since);
            }
            spent.removeIf(each -> !each.isAfter(in.now().minus(WipeBudget.LONGEST)));
            return spent;
        }

        private void line(String policy, Compliance.Line line) {
            Instant since = line.nonCompliantSince();
            if (since == null) {
                return;
            }
            Line known = before.lines().get(policy);
            List<Integer> done = new ArrayList<>();
            if (known != null && since.equals(known.since())) {
                done.addAll(known.done());
            }
            Instant remediatedAt = known == null ? null : known.remediatedAt();
            for (int index = 0; index < line.fired().size(); index++) {
                if (done.contains(index)) {
                    continue;
                }
                Fired fired = new Fired(policy, index, mark(in.device(), in.epoch(), policy, since, index), line);
                switch (NonComplianceAction.of(line.fired().get(index))) {
                    case Notify -> notices.add(fired);
                    case Remediate -> {
                        Remediation what = remediation(line);
                        if (!what.isEmpty()) {
                            if (remediatedAt != null && in.now().isBefore(remediatedAt.plus(REST))) {
                                again(remediatedAt.plus(REST));
                                continue;
                            }
                            if (in.open() + remedies.size() >= MAX_OPEN) {
                                again(in.now().plus(OPEN_LOOK));
                                continue;
                            }
                            remedies.add(new Remedy(fired, what));
                            remediatedAt = in.now();
                        }
                    }
                    case Lock -> {
                        ask(fired, WipeType.Lock);
                        continue;
                    }
                    case Retire -> {
                        ask(fired, WipeType.Retire);
                        continue;
                    }
                    case Wipe -> {
                        ask(fired, in.personal() ? WipeType.SelectiveWipe : WipeType.FullWipe);
                        continue;
                    }
                    // They stand in the state as long as they hold; a word of a newer version is nothing we can do.
                    case Quarantine, DenyAccess, Unrecognised -> {}
                }
                done.add(index);
            }
            done.sort(null);
            lines.put(policy, new Line(since, done, remediatedAt));
        }

        private void ask(Fired fired, WipeType type) {
            asks.add(new Ask(fired, name(in.device(), in.epoch(), fired.mark()), type));
        }

        /** What is complied with again is remembered only as long as it must not be remediated again. */
        private void rest(String policy, Line line) {
            if (!lines.containsKey(policy)
                    && line.remediatedAt() != null
                    && in.now().isBefore(line.remediatedAt().plus(REST))) {
                lines.put(policy, new Line(null, List.of(), line.remediatedAt()));
                again(line.remediatedAt().plus(REST));
            }
        }

        private void again(Instant at) {
            if (lookAgain == null || at.isBefore(lookAgain)) {
                lookAgain = at;
            }
        }
    }
}
