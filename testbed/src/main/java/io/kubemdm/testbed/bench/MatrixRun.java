package io.kubemdm.testbed.bench;

import io.kubemdm.crds.wiperequest.WipePhase;
import io.kubemdm.crds.wiperequest.WipeType;
import io.kubemdm.testbed.bench.WipeDesk.Asked;
import io.kubemdm.testbed.counted.CountedDevice;
import io.kubemdm.testbed.history.Line;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One request that is brought to a state, kept there, and let go on. */
final class MatrixRun {

    /** The types that can be kept in a state, one after the other. */
    static final Map<WipePhase, List<WipeType>> TYPES = Map.of(
            WipePhase.PendingApproval,
                    List.of(WipeType.SelectiveWipe, WipeType.FullWipe, WipeType.Unlock, WipeType.CryptoErase),
            WipePhase.Held, List.of(WipeType.Lock),
            WipePhase.Queued, List.of(WipeType.Unlock, WipeType.CryptoErase, WipeType.SelectiveWipe, WipeType.Retire),
            WipePhase.Delivered, List.of(WipeType.SelectiveWipe, WipeType.Unlock, WipeType.Retire),
            WipePhase.Acknowledged, List.of(WipeType.SelectiveWipe, WipeType.Retire, WipeType.Unlock),
            WipePhase.Erasing, List.of(WipeType.CryptoErase, WipeType.FullWipe),
            WipePhase.Completed, List.of(WipeType.SelectiveWipe, WipeType.Unlock, WipeType.FullWipe, WipeType.Retire));

    private final WipeDesk desk;
    private final Recorder history;
    private final CountedDevice device;
    private final WipePhase state;
    private final WipeType type;
    private final String name;
    private final List<Asked> asked = new ArrayList<>();
    private boolean absent;

    MatrixRun(WipeDesk desk, Recorder history, CountedDevice device, WipePhase state, WipeType type, String name) {
        this.desk = desk;
        this.history = history;
        this.device = device;
        this.state = state;
        this.type = type;
        this.name = name;
    }

    WipePhase state() {
        return state;
    }

    CountedDevice device() {
        return device;
    }

    /** The request, and before it those that used a budget up. */
    List<Asked> asked() {
        return asked;
    }

    /** Asks, with the device such that the state lasts. */
    void begin() {
        switch (state) {
            case Queued -> {
                kill();
                absent = true;
            }
            case Delivered -> device.pause();
            case Acknowledged, Erasing -> device.hold();
            default -> {}
        }
        ask();
    }

    private void ask() {
        Asked now = desk.ask(
                name + (asked.isEmpty() ? "" : "-" + asked.size()),
                device.id(),
                type,
                WipeDesk.approvals(type, state == WipePhase.PendingApproval));
        asked.add(now);
        if (state != WipePhase.PendingApproval) {
            desk.approve(now);
        }
    }

    /** Whether the state is reached. */
    boolean isThere() {
        WipePhase now = desk.look(asked.getLast());
        if (state == WipePhase.Held && now == WipePhase.Completed) {
            // There was room in the budget; the next one has less.
            ask();
            return false;
        }
        return now == state;
    }

    /** Lets it go on, as the world does: people approve or give up, the device comes back. */
    void release() {
        absent = false;
        switch (state) {
            case PendingApproval -> desk.approve(asked.getLast());
            case Held -> desk.cancel(asked.getLast());
            case Delivered -> device.resume();
            case Acknowledged, Erasing -> device.release();
            default -> {}
        }
    }

    /** Starts the device's agent when it should run and does not. */
    void superviseDevice() {
        if (!absent) {
            device.start();
        }
    }

    /** Kills the device's agent. */
    void kill() {
        Long killed = device.kill();
        if (killed != null) {
            history.note(new Line.Killed("agent", killed));
        }
    }

    /** Whether its last word is said. */
    boolean isOver() {
        WipePhase now = desk.look(asked.getLast());
        return now != null && now.terminal();
    }

    /** Whether its device leaves management by it, and is of no further use. */
    boolean takesDevice() {
        return type == WipeType.Retire || type == WipeType.FullWipe || type == WipeType.CryptoErase;
    }

    /** Whether a device that has to leave has yet to. */
    boolean isToLeave() {
        return takesDevice() && nowOrNull() == WipePhase.Completed && !device.isGone();
    }

    /** For people. */
    String tell() {
        return name + " " + type + " on " + device.id() + " is "
                + Objects.requireNonNullElse((Object) nowOrNull(), "not to be seen");
    }

    private @Nullable WipePhase nowOrNull() {
        return asked.isEmpty() ? null : desk.look(asked.getLast());
    }
}
