package io.kubemdm.agent.policy;

import io.kubemdm.agent.driver.Drivers;
import io.kubemdm.agent.driver.SettingRefused;
import io.kubemdm.agent.store.Store;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.message.AgentReport;
import io.kubemdm.protocol.message.BundleDelivered;
import io.kubemdm.protocol.message.PolicyReported.State;
import io.kubemdm.protocol.order.DesiredOrder;
import io.kubemdm.protocol.trust.Verifier;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Follows the desired order: fetches what is missing, checks it against the device's own limits, sets it, reads it back,
 * reports; and returns to the last good version of a line that fails. Used by the agent's one thread.
 */
public final class Policies {

    /** Where reports and questions go. */
    public interface Mouth {
        /** Takes a report. */
        void report(AgentReport report);

        /** Asks the gateway for a bundle; a no-op without a session. */
        void request(String digest);
    }

    /**
     * What policies stand on.
     *
     * @param verifier believes bundles
     * @param platform as in the Device API, e.g. {@code Linux}
     * @param quorum whose signatures bundles with files or scripts need
     * @param ticks monotonic nanoseconds
     */
    public record Ground(
            Store store,
            Drivers drivers,
            Supplier<Verifier> verifier,
            String platform,
            BundleQuorum quorum,
            LongSupplier ticks) {}

    private final Ground ground;
    private final Mouth mouth;
    private final Bundles bundles;
    private final Applier applier;
    private final Enforcement enforcement;
    private final DriftWatch drift;
    private final LineBook lines;
    private final LineReports reports;
    private @Nullable Long applyMillis;

    /** Policies as the last start left them; nothing is touched before {@link #resume}. */
    public Policies(Ground ground, Mouth mouth) {
        this.ground = ground;
        this.mouth = mouth;
        this.bundles = new Bundles(ground);
        this.applier = new Applier(ground.store(), ground.drivers());
        this.enforcement = new Enforcement(ground.drivers(), applier);
        this.drift = new DriftWatch(applier, ground.ticks());
        this.lines = new LineBook(ground.store());
        this.reports = new LineReports(lines, mouth);
    }

    /** After a start: finishes what a kill interrupted, quietly where nothing changed. */
    public void resume(DesiredOrder order) {
        take(order);
        lines.align(order);
        settle();
    }

    /** A newer order is in force. */
    public void follow(DesiredOrder order) {
        take(order);
        boolean changed = lines.align(order);
        boolean unfinished = !lines.areSettled();
        drift.reset();
        lines.suspended().clear();
        bundles.forgive(lines.digests());
        if (changed || unfinished) {
            settle();
        }
    }

    private void take(DesiredOrder order) {
        reports.by(order.seq());
        bundles.take(order);
    }

    /** A new enrolment begins: nothing of the former one's reports counts. What is set stays until an order says else. */
    public void forget() {
        lines.forgetReports();
        lines.save();
    }

    /** Sets everything once more and reports it, changed or not. */
    public void reapply() {
        lines.suspended().clear();
        drift.reset();
        lines.forgetReports();
        settle();
    }

    /** A bundle came. */
    public void delivered(BundleDelivered bundle) {
        for (Line line : lines.all()) {
            if (line.wanted().digest().equals(bundle.digest()) && !bundles.has(bundle.digest())) {
                bundles.accept(line.wanted(), bundle.jws());
                settle();
            }
        }
    }

    /** The gateway does not have it. */
    public void unavailable(String digest) {
        for (Line line : lines.all()) {
            if (line.wanted().digest().equals(digest)) {
                reports.report(
                        line.wanted().policy(),
                        State.Failed,
                        "BundleUnavailable",
                        "the gateway has no bundle " + digest);
            }
        }
        lines.save();
    }

    /** Asks for every bundle that is wanted and not here. */
    public void askForMissing() {
        for (Line line : lines.all()) {
            String digest = line.wanted().digest();
            if (bundles.isMissing(digest)) {
                mouth.request(digest);
            }
        }
    }

    /** What is in force, by line. */
    public List<PolicyRef> inForce() {
        return lines.inForce();
    }

    /** What lines in force want and this device cannot do, by dotted name as in a bundle's settings, with the reason. */
    public Map<String, String> notApplicable() {
        return enforcement.notApplicable();
    }

    /** Names of everything set on the device, for a wipe's plan. */
    public List<String> touched() {
        return applier.touched();
    }

    /** Looks whether everything still holds, puts back what does not, and tries again what the disk refused. */
    public void beat() {
        if (lines.all().stream().anyMatch(line -> "StorageFailed".equals(line.reason()))) {
            settle();
        }
        DriftWatch.Findings findings = drift.check(enforcement.effective());
        findings.corrected().forEach((line, settings) -> mouth.report(drift.report(lines.get(line), settings)));
        findings.failed()
                .forEach((line, failure) -> reports.report(line, State.Failed, failure.reason(), failure.message()));
        for (String name : lines.names()) {
            Line line = lines.get(name);
            // It could not be put back once, such as when somebody wrote at the same moment, and holds now.
            if (line.state() == State.Failed
                    && line.wanted().equals(line.inForce())
                    && !findings.failed().containsKey(name)
                    && !drift.hasGivenUp(name, enforcement.effective())) {
                conclude(name, contribution(line.wanted()), null, null);
            }
        }
        lines.save();
        askForMissing();
    }

    /** Puts everything back and forgets all lines: the device leaves management. */
    public boolean undoAll() {
        lines.clear();
        enforcement.undo();
        lines.save();
        bundles.keepOnly(Set.of());
        return applier.touched().isEmpty();
    }

    /** Puts back what these drivers have set, until the next order. */
    public void suspend(Set<String> keys) {
        lines.suspended().addAll(keys);
        lines.save();
        settle();
    }

    /** How long it took to apply what last changed what is in force, in milliseconds; null when nothing did since the start. */
    public @Nullable Long applyMillis() {
        return applyMillis;
    }

    private void settle() {
        List<PolicyRef> before = lines.inForce();
        long began = ground.ticks().getAsLong();
        bringAbout();
        if (!lines.inForce().equals(before)) {
            applyMillis = TimeUnit.NANOSECONDS.toMillis(ground.ticks().getAsLong() - began);
        }
    }

    private void bringAbout() {
        Map<String, Contribution> chosen = new TreeMap<>();
        lines.names().forEach(name -> {
            Line line = lines.get(name);
            Contribution contribution = contribution(line.wanted());
            if (contribution == null && line.inForce() != null) {
                contribution = contribution(line.inForce());
            }
            if (contribution != null) {
                chosen.put(name, contribution);
            }
        });
        Map<String, Applier.Failure> failed = enforcement.apply(chosen.values(), lines.suspended());
        Map<String, Applier.Failure> stillFailed = failed.isEmpty() ? failed : fallBack(chosen, failed);
        for (String name : lines.names()) {
            conclude(name, chosen.get(name), failed.get(name), stillFailed.get(name));
        }
        lines.takeRemoved().forEach(reports::removed);
        lines.save();
        askForMissing();
        bundles.keepOnly(lines.digests());
    }

    /** Returns failing lines to their last good version. */
    private Map<String, Applier.Failure> fallBack(
            Map<String, Contribution> chosen, Map<String, Applier.Failure> failed) {
        for (String name : failed.keySet()) {
            Line line = lines.get(name);
            Contribution good = line == null || line.inForce() == null ? null : contribution(line.inForce());
            if (good == null) {
                chosen.remove(name);
            } else {
                chosen.put(name, good);
            }
        }
        return enforcement.apply(chosen.values(), lines.suspended());
    }

    private void conclude(
            String name,
            @Nullable Contribution chosen,
            Applier.@Nullable Failure failed,
            Applier.@Nullable Failure stillFailed) {
        Line line = lines.get(name);
        SettingRefused refusal = bundles.refusal(line.wanted().digest());
        if (refusal != null) {
            State state = refusal.reason().equals("UnsupportedSetting") ? State.Failed : State.Rejected;
            if (line.wanted().equals(line.inForce())) {
                lines.put(name, line.having(null));
            }
            reports.report(name, state, refusal.reason(), String.valueOf(refusal.getMessage()));
        } else if (failed != null && (stillFailed != null || !line.wanted().equals(line.inForce()))) {
            boolean back =
                    chosen != null && stillFailed == null && !line.wanted().equals(line.inForce());
            reports.report(name, back ? State.RolledBack : State.Failed, failed.reason(), failed.message());
        } else if (chosen != null && chosen.ref().equals(line.wanted())) {
            lines.put(name, line.having(line.wanted()));
            reports.applied(name, chosen, enforcement.effective());
        }
    }

    private @Nullable Contribution contribution(PolicyRef ref) {
        return bundles.read(ref, lines.inForce().contains(ref));
    }
}
