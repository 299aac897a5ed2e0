package io.kubemdm.testbed.history;

import io.kubemdm.crds.wiperequest.WipePhase;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What happened to one request, and what is wrong with it. */
final class RequestHistory {

    private final Set<String> approvedBy = new HashSet<>();
    private final List<Line.Seen> seen = new ArrayList<>();
    private final Map<String, List<Line.Began>> begun = new HashMap<>();
    private final Set<String> finished = new HashSet<>();
    private final Set<String> receipts = new LinkedHashSet<>();
    private final Set<String> proofs = new HashSet<>();
    private Line.@Nullable Created created;
    private boolean begunAfterReceipt;
    private int resumed;

    void take(Line line) {
        switch (line) {
            case Line.Created created -> this.created = created;
            case Line.Approved approved -> approvedBy.add(approved.by());
            case Line.Seen one -> seen.add(one);
            case Line.Began one -> {
                begun.computeIfAbsent(one.act(), act -> new ArrayList<>()).add(one);
                begunAfterReceipt |= !receipts.isEmpty();
            }
            case Line.Finished one -> finished.add(one.act());
            case Line.HandedIn one -> {
                receipts.add(one.receipt());
                if (one.completed()) {
                    proofs.add(one.receipt());
                }
            }
            case Line.Killed killed -> throw new IllegalArgumentException(killed + " is about no request");
            case Line.Died died -> throw new IllegalArgumentException(died + " is about no request");
            case Line.End end -> throw new IllegalArgumentException(end + " is about no request");
        }
    }

    boolean isCreated() {
        return created != null;
    }

    /** Acts begun again after a kill. */
    int resumed() {
        return resumed;
    }

    /** Its name as a person gave it, or what else is known of it. */
    String name(String command) {
        return created == null ? "command " + command : created.name();
    }

    /** Why it is lost, null when it is not. */
    @Nullable String lost(Set<String> dead) {
        Line.Created asked = created;
        WipePhase last = seen.isEmpty() ? null : seen.getLast().phase();
        if (asked == null || dead.contains(asked.device()) || isOver()) {
            return null;
        }
        boolean mayWait =
                last == WipePhase.Held || (last == WipePhase.PendingApproval && approvedBy.size() < asked.approvals());
        return mayWait ? null : "ended nowhere, its last phase is " + last;
    }

    /** What was done more often than asked, null when nothing was. */
    @Nullable String twice(Set<Long> killed) {
        if (created == null) {
            return begun.isEmpty() ? null : "nobody asked for it";
        }
        if (receipts.size() > 1) {
            return "the device signed " + receipts.size() + " receipts";
        }
        if (begunAfterReceipt) {
            return "begun again after its receipt was handed in";
        }
        for (Map.Entry<String, List<Line.Began>> act : begun.entrySet()) {
            List<Line.Began> times = act.getValue();
            Set<Long> processes = new HashSet<>();
            for (Line.Began time : times) {
                if (!processes.add(time.process())) {
                    return act.getKey() + " begun twice by process " + time.process();
                }
            }
            for (Line.Began earlier : times.subList(0, times.size() - 1)) {
                if (!killed.contains(earlier.process())) {
                    return act.getKey() + " begun again although process " + earlier.process() + " was not killed";
                }
            }
            resumed += times.size() - 1;
        }
        return null;
    }

    /** Why its last word is not true, null when it is. */
    @Nullable String falselyCompleted() {
        Line.Seen end = null;
        for (Line.Seen now : seen) {
            if (end != null && now.phase() != end.phase()) {
                return "was " + end.phase() + " and then " + now.phase();
            }
            end = end != null || now.phase().terminal() ? now : null;
        }
        if (end == null) {
            return null;
        }
        String shown = end.receipt();
        if (end.phase() == WipePhase.Completed) {
            return shown == null
                    ? "is Completed without a receipt"
                    : !proofs.contains(shown)
                            ? "is Completed by a receipt the device never handed in: " + shown
                            : finished.isEmpty() ? "is Completed and the device did nothing" : null;
        }
        boolean toldOtherwise = end.phase() == WipePhase.Cancelled || end.phase() == WipePhase.Rejected;
        return toldOtherwise && !begun.isEmpty() && shown == null
                ? "is " + end.phase() + " and the device obeyed without anybody being told"
                : null;
    }

    private boolean isOver() {
        return seen.stream().anyMatch(one -> one.phase().terminal());
    }
}
