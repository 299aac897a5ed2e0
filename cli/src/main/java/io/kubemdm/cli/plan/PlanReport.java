package io.kubemdm.cli.plan;

import io.kubemdm.cli.terminal.Table;
import io.kubemdm.cli.terminal.Wrapped;
import io.kubemdm.protocol.plan.RolloutPlan;
import io.kubemdm.protocol.plan.RolloutPlan.Hold;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Help.Ansi;

/** A plan for people, at most {@value Table#WIDTH} columns but for long names. */
record PlanReport(RolloutPlan plan) {

    private static final int DIGEST = "sha256:".length() + 12;
    private static final String NOTHING = "-";

    void tell(PrintWriter out, Ansi ansi) {
        out.println("Rollout " + plan.rollout() + " in " + plan.namespace() + " would "
                + (plan.retire()
                        ? "remove line " + plan.content().policy()
                        : "bring " + plan.content().policy())
                + " " + plan.content().version() + " ("
                + plan.content().digest().substring(0, DIGEST) + ")");
        plan.holds().forEach(hold -> Wrapped.print(out, "waits: ", hold.reason() + ": " + hold.message()));
        RolloutPlan.Devices devices = plan.devices();
        out.println(devices.eligible() + " of " + devices.enrolled() + " devices are eligible, " + devices.offline()
                + " of them offline; " + devices.admitted() + " are admitted already, " + devices.current()
                + " have it");
        out.println();
        steps(out, ansi);
        gates(out, ansi);
        compliance(out, ansi);
        actions(out, ansi);
        conflicts(out, ansi);
        plan.notes().forEach(note -> Wrapped.print(out, "note: ", note));
        names(out);
    }

    private void steps(PrintWriter out, Ansi ansi) {
        Table table = new Table(
                "STEP", "ADDS", "TOTAL", "OFFLINE", "KEPT AWAY", "NEWLY NON-COMPLIANT", "EARLIEST", "WAITS FOR");
        for (RolloutPlan.Step step : plan.steps()) {
            table.row(
                    step.name(),
                    number(step.adds()),
                    number(step.admitted()),
                    number(step.offline()),
                    number(step.superseded() + step.gated().off()),
                    warned(step.newlyNonCompliant()),
                    after(step.earliestSeconds()),
                    step.holds().isEmpty()
                            ? NOTHING
                            : step.holds().stream().map(Hold::reason).collect(Collectors.joining(", ")));
        }
        table.print(out, ansi);
        out.println();
    }

    /** What flag and windows say now: in all, and of whom each step adds. */
    private void gates(PrintWriter out, Ansi ansi) {
        RolloutPlan.Flag flag = plan.flag();
        RolloutPlan.Windows windows = plan.windows();
        if (flag == null && windows == null) {
            return;
        }
        if (flag != null) {
            Wrapped.print(out, "flag: ", words(flag));
        }
        if (windows != null) {
            Wrapped.print(
                    out,
                    "windows: ",
                    windows.inside() + " devices are in one now, " + windows.outside() + " would wait for one to open");
        }
        Table table = new Table("STEP", "FLAG OFF", "FLAG UNREACHABLE", "IN A WINDOW", "OUTSIDE");
        for (RolloutPlan.Step step : plan.steps()) {
            table.row(
                    step.name(),
                    flag == null ? NOTHING : number(step.gated().off()),
                    flag == null ? NOTHING : number(step.gated().unreachable()),
                    windows == null ? NOTHING : number(step.gated().inside()),
                    windows == null ? NOTHING : number(step.gated().outside()));
        }
        table.print(out, ansi);
        out.println();
    }

    private static String words(RolloutPlan.Flag flag) {
        StringBuilder text = new StringBuilder(flag.key() + " is on for " + flag.on() + " devices");
        if (flag.off() > 0) {
            text.append("; off for ").append(flag.off()).append(", which would not get the bundle");
            if (flag.back() > 0) {
                text.append(", and ").append(flag.back()).append(" of them have it and would go back");
            }
        }
        if (flag.unreachable() > 0) {
            text.append("; unreachable for ")
                    .append(flag.unreachable())
                    .append(", which would be held as they are: ")
                    .append(flag.problem());
        }
        return text.toString();
    }

    private void compliance(PrintWriter out, Ansi ansi) {
        RolloutPlan.Compliance compliance = plan.compliance();
        if (compliance == null) {
            return;
        }
        out.println("By the last facts of " + compliance.judged() + " devices: " + compliance.compliant()
                + " compliant, " + compliance.newlyNonCompliant() + " newly non-compliant, "
                + compliance.stillNonCompliant() + " still,");
        out.println(
                compliance.undecided() + " undecided; facts of " + compliance.factsUnknown() + " devices are unknown");
        if (!compliance.broken().isEmpty() || !compliance.toSet().isEmpty()) {
            Table table = new Table("RULE OR SETTING", "DEVICES", "WHAT");
            compliance.broken().forEach(each -> table.row(each.name(), number(each.devices()), "would be broken"));
            compliance
                    .toSet()
                    .forEach(each -> table.row(each.name(), number(each.devices()), "is not so, would be set"));
            table.print(out, ansi);
        }
        out.println();
    }

    private void actions(PrintWriter out, Ansi ansi) {
        if (plan.actions().isEmpty()) {
            return;
        }
        Table table = new Table("ACTION", "DEVICES", "EARLIEST, ONCE IN FORCE");
        plan.actions().forEach(each -> table.row(each.action(), number(each.devices()), after(each.afterSeconds())));
        table.print(out, ansi);
        out.println();
    }

    private void conflicts(PrintWriter out, Ansi ansi) {
        for (RolloutPlan.Conflict conflict : plan.conflicts()) {
            Wrapped.print(
                    out,
                    ansi.string("@|yellow conflict|@: "),
                    "conflict: ".length(),
                    conflict.with() + " (" + conflict.devices() + " devices) " + conflict.message());
        }
    }

    private void names(PrintWriter out) {
        plan.steps().forEach(step -> names(out, "step " + step.name(), step.names()));
        if (plan.compliance() != null) {
            names(out, "newly non-compliant", plan.compliance().names());
        }
        plan.actions().forEach(action -> names(out, action.action(), action.names()));
        plan.conflicts().forEach(conflict -> names(out, conflict.with(), conflict.names()));
    }

    private static void names(PrintWriter out, String what, List<String> names) {
        if (!names.isEmpty()) {
            Wrapped.print(out, what + ": ", String.join(" ", names));
        }
    }

    private static String number(int count) {
        return Integer.toString(count);
    }

    private static String warned(int count) {
        return count == 0 ? "0" : "@|red " + count + "|@";
    }

    /** {@code at once}, {@code 45s}, {@code 1h30m}, {@code 3d}: the two largest units. */
    static String after(long seconds) {
        if (seconds == 0) {
            return "at once";
        }
        Duration time = Duration.ofSeconds(seconds);
        StringBuilder text = new StringBuilder();
        int units = 0;
        long[] amounts = {time.toDays(), time.toHoursPart(), time.toMinutesPart(), time.toSecondsPart()};
        for (int unit = 0; unit < amounts.length && units < 2; unit++) {
            if (amounts[unit] > 0) {
                text.append(amounts[unit]).append("dhms".charAt(unit));
                units++;
            }
        }
        return text.toString();
    }
}
