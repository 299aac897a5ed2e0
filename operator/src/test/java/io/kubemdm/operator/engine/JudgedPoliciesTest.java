package io.kubemdm.operator.engine;

import static io.kubemdm.operator.engine.JudgeCase.ENROLLED;
import static io.kubemdm.operator.engine.JudgeCase.ONLINE;
import static io.kubemdm.operator.engine.JudgeCase.SILENCE;
import static io.kubemdm.operator.engine.JudgeCase.when;
import static io.kubemdm.operator.engine.Reports.agent;
import static io.kubemdm.operator.engine.Reports.assigned;
import static io.kubemdm.operator.engine.Reports.drift;
import static io.kubemdm.operator.engine.Reports.heartbeat;
import static io.kubemdm.operator.engine.Reports.reported;
import static io.kubemdm.operator.engine.Reports.unassigned;

import io.kubemdm.protocol.message.DriftCorrected;
import io.kubemdm.protocol.message.Envelope;
import io.kubemdm.protocol.message.Message;
import io.kubemdm.protocol.message.PolicyReported.State;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of reports about policies, and what makes up for a lost one. */
class JudgedPoliciesTest {

    private static final String UNCHANGED = "ignored: Unchanged";

    static List<JudgeCase> policies() {
        Envelope<Message> applied = agent(1, 1, 1, reported("baseline", "1.0.1", State.Applied, 1));
        return List.of(
                when("a line is applied", List.of(ENROLLED), applied, "PolicyChanged"),
                when("the very message again is a repeat", List.of(ENROLLED, applied), applied, "ignored: Repeat"),
                when(
                        "the same told anew changes nothing",
                        List.of(ENROLLED, applied),
                        agent(1, 1, 2, reported("baseline", "1.0.1", State.Applied, 1)),
                        "ignored: Unchanged"),
                when(
                        "another state is a change",
                        List.of(ENROLLED, applied),
                        agent(1, 1, 2, reported("baseline", "1.0.1", State.Failed, 1)),
                        "PolicyChanged"),
                when(
                        "another opponent in a conflict is a change",
                        List.of(ENROLLED, applied),
                        agent(1, 1, 2, reported("baseline", "1.0.1", State.Applied, 1, "set by another")),
                        "PolicyChanged"),
                when(
                        "the same failure in other words is none",
                        List.of(ENROLLED, agent(1, 1, 1, reported("baseline", "1.0.1", State.Failed, 1))),
                        agent(1, 1, 2, reported("baseline", "1.0.1", State.Failed, 1, "other words")),
                        "ignored: Unchanged"),
                when(
                        "another order is a change",
                        List.of(ENROLLED, applied),
                        agent(1, 1, 2, reported("baseline", "1.0.1", State.Applied, 2)),
                        "PolicyChanged"),
                when(
                        "an unknown line cannot be removed",
                        List.of(ENROLLED),
                        agent(1, 1, 1, reported("baseline", "1.0.1", State.Removed, 1)),
                        "ignored: Unchanged"),
                when(
                        "a message older than a judged one is a repeat",
                        List.of(ENROLLED, agent(1, 2, 1, drift())),
                        agent(1, 1, 9, drift()),
                        "ignored: Repeat"),
                when(
                        "drift is told every time",
                        List.of(ENROLLED, agent(1, 1, 1, drift())),
                        agent(1, 1, 2, drift()),
                        "Drifted"),
                when(
                        "a reference that is none is refused",
                        List.of(ENROLLED),
                        agent(
                                1,
                                1,
                                1,
                                new DriftCorrected(
                                        new io.kubemdm.protocol.bundle.PolicyRef("p", "1", "md5:1"), List.of())),
                        "refused: policy digest"),
                when(
                        "a device that speaks after silence is back",
                        List.of(ENROLLED, ONLINE, SILENCE),
                        agent(1, 1, 1, heartbeat(30)),
                        "Resumed"),
                when(
                        "it is back before what it says",
                        List.of(ENROLLED, ONLINE, SILENCE),
                        agent(1, 1, 1, drift()),
                        "Resumed,Drifted"));
    }

    /** A report that was lost is made up for by the next heartbeat: no line is on its way for ever. */
    static List<JudgeCase> lostReports() {
        List<Envelope<Message>> ordered = List.of(ENROLLED, assigned(1, 1));
        Envelope<Message> inForce = agent(1, 1, 5, heartbeat(0, 1, "1.0.1"));
        return List.of(
                when("an applied report is lost", ordered, inForce, "PolicyChanged"),
                when(
                        "that is told once",
                        with(ordered, List.of(inForce)),
                        agent(1, 1, 6, heartbeat(0, 1, "1.0.1")),
                        UNCHANGED),
                when(
                        "the lost report comes after all",
                        with(ordered, List.of(inForce)),
                        agent(1, 1, 6, reported("baseline", "1.0.1", State.Applied, 1, null)),
                        UNCHANGED),
                when("nothing is in force yet", ordered, agent(1, 1, 5, heartbeat(0, 1)), UNCHANGED),
                when("the former version is in force", ordered, agent(1, 1, 5, heartbeat(0, 1, "1.0.0")), UNCHANGED),
                when("no order stands", List.of(ENROLLED), inForce, UNCHANGED),
                when(
                        "a version that was refused first is in force now",
                        with(ordered, List.of(agent(1, 1, 1, reported("baseline", "1.0.1", State.Rejected, 1)))),
                        inForce,
                        "PolicyChanged"),
                when(
                        "one that failed may be in force and not hold",
                        with(ordered, List.of(agent(1, 1, 1, reported("baseline", "1.0.1", State.Failed, 1)))),
                        inForce,
                        UNCHANGED),
                when(
                        "a removed report is lost",
                        with(ordered, List.of(inForce, unassigned(1, 2))),
                        agent(1, 1, 6, heartbeat(0, 2)),
                        "PolicyChanged"),
                when(
                        "that is told once, too",
                        with(ordered, List.of(inForce, unassigned(1, 2), agent(1, 1, 6, heartbeat(0, 2)))),
                        agent(1, 1, 7, heartbeat(0, 2)),
                        UNCHANGED),
                when(
                        "the device has not followed that order yet",
                        with(ordered, List.of(inForce, unassigned(1, 2))),
                        agent(1, 1, 6, heartbeat(0, 1)),
                        UNCHANGED));
    }

    private static List<Envelope<Message>> with(List<Envelope<Message>> given, List<Envelope<Message>> more) {
        return Stream.concat(given.stream(), more.stream()).toList();
    }

    @ParameterizedTest
    @MethodSource({"policies", "lostReports"})
    void a_report_leads_to(JudgeCase each) {
        each.holds();
    }
}
