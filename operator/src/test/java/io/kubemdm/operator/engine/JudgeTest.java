package io.kubemdm.operator.engine;

import static io.kubemdm.operator.engine.JudgeCase.ENROLLED;
import static io.kubemdm.operator.engine.JudgeCase.FIRST;
import static io.kubemdm.operator.engine.JudgeCase.ONLINE;
import static io.kubemdm.operator.engine.JudgeCase.when;
import static io.kubemdm.operator.engine.Reports.agent;
import static io.kubemdm.operator.engine.Reports.assigned;
import static io.kubemdm.operator.engine.Reports.closed;
import static io.kubemdm.operator.engine.Reports.declared;
import static io.kubemdm.operator.engine.Reports.enrolled;
import static io.kubemdm.operator.engine.Reports.heartbeat;
import static io.kubemdm.operator.engine.Reports.opened;
import static io.kubemdm.operator.engine.Reports.renewed;
import static io.kubemdm.operator.engine.Reports.service;

import io.kubemdm.protocol.message.DeviceAssigned;
import io.kubemdm.protocol.message.Hello;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of reports about enrolments and sessions. */
class JudgeTest {

    static List<JudgeCase> enrolment() {
        return List.of(
                when("a first enrolment begins a life", List.of(), ENROLLED, "Enrolled"),
                when("the same enrolment again is a repeat", List.of(ENROLLED), ENROLLED, "ignored: Repeat"),
                when("an older enrolment is over", List.of(enrolled(2)), ENROLLED, "ignored: OlderEpoch"),
                when("a higher epoch begins anew", List.of(ENROLLED), enrolled(2), "Enrolled"),
                when("an enrolment without epoch is refused", List.of(), enrolled(0), "refused: an enrolment's epoch"),
                when("a device may be declared before it enrols", List.of(), declared("u", 1, "x"), "Declared"),
                when(
                        "the same declaration again changes nothing",
                        List.of(declared("u", 1, "x")),
                        declared("u", 1, "x"),
                        "ignored: Unchanged"),
                when(
                        "labels change without a generation",
                        List.of(declared("u", 1, "x")),
                        declared("u", 1, "y"),
                        "Declared"),
                when(
                        "an older generation is a repeat",
                        List.of(declared("u", 2, "x")),
                        declared("u", 1, "y"),
                        "ignored: Repeat"),
                when(
                        "another object's generations start again",
                        List.of(declared("u", 9, "x")),
                        declared("v", 1, "x"),
                        "Declared"),
                when("a new certificate is a renewal", List.of(ENROLLED), renewed(1, "sha256:next"), "Renewed"),
                when("the same certificate again is a repeat", List.of(ENROLLED), renewed(1, FIRST), "ignored: Repeat"),
                when("an order is recorded", List.of(ENROLLED), assigned(1, 4), "Assigned"),
                when("a lower order is a repeat", List.of(ENROLLED, assigned(1, 4)), assigned(1, 4), "ignored: Repeat"),
                when(
                        "an order of 65 lines is refused",
                        List.of(ENROLLED),
                        service(
                                1,
                                new DeviceAssigned(
                                        1, Collections.nCopies(65, Reports.policy("baseline", "1.0.0")), 60)),
                        "refused: 65 policy lines"),
                when("that a user left is told", List.of(ENROLLED), Reports.deprovision(1), "Deprovision"),
                when("that a device is to be wiped is told", List.of(ENROLLED), Reports.wipe(1), "Wipe"),
                when("nobody unknown is judged", List.of(), ONLINE, "refused: the device is not enrolled"),
                when(
                        "who was only declared is not judged",
                        List.of(declared("u", 1, "x")),
                        ONLINE,
                        "refused: the device is not enrolled"),
                when(
                        "a report without epoch is refused",
                        List.of(ENROLLED),
                        opened(0, 1, FIRST),
                        "refused: the report"),
                when(
                        "a report of an older life is ignored",
                        List.of(enrolled(2)),
                        opened(1, 1, FIRST),
                        "ignored: OlderEpoch"),
                when(
                        "a report of a life not begun is refused",
                        List.of(ENROLLED),
                        opened(2, 1, FIRST),
                        "refused: epoch 2 is not enrolled"),
                when(
                        "what is not a report is refused",
                        List.of(ENROLLED),
                        agent(1, 1, 1, new Hello("1", "d", "Linux", 1, 1, 0, 0, Reports.T0)),
                        "refused: Hello is not for the engine"));
    }

    static List<JudgeCase> sessions() {
        return List.of(
                when("a session opens", List.of(ENROLLED), ONLINE, "Connected"),
                when("the same session again is a repeat", List.of(ENROLLED, ONLINE), ONLINE, "ignored: Repeat"),
                when(
                        "a lower session of the same certificate is late",
                        List.of(ENROLLED, ONLINE),
                        opened(1, 4, FIRST),
                        "ignored: OlderSession"),
                when(
                        "a lower session of another certificate is a conflict",
                        List.of(ENROLLED, ONLINE),
                        opened(1, 4, "sha256:other"),
                        "Conflicted"),
                when(
                        "a conflict is told once",
                        List.of(ENROLLED, ONLINE, opened(1, 4, "sha256:other")),
                        opened(1, 3, "sha256:other"),
                        "ignored: Unchanged"),
                when("a higher session takes over", List.of(ENROLLED, ONLINE), opened(1, 9, FIRST), "Connected"),
                when(
                        "a new life counts sessions anew",
                        List.of(ENROLLED, ONLINE, enrolled(2)),
                        opened(2, 1, "x"),
                        "Connected"),
                when("the latest session closes", List.of(ENROLLED, ONLINE), closed(1, 5), "Disconnected"),
                when("it closes once", List.of(ENROLLED, ONLINE, closed(1, 5)), closed(1, 5), "ignored: Repeat"),
                when(
                        "an older session's end means nothing",
                        List.of(ENROLLED, ONLINE),
                        closed(1, 4),
                        "ignored: OlderSession"),
                when(
                        "a desired counter nobody issued is a conflict",
                        List.of(ENROLLED),
                        opened(1, 1, FIRST, 1_000_001, 0),
                        "Connected,Conflicted"),
                when(
                        "a command counter nobody issued is a conflict",
                        List.of(ENROLLED),
                        opened(1, 1, FIRST, 0, 1_000_001),
                        "Connected,Conflicted"),
                when(
                        "a heartbeat leaves nothing",
                        List.of(ENROLLED, ONLINE),
                        agent(1, 1, 1, heartbeat(30)),
                        "ignored: Unchanged"),
                when(
                        "half a step of skew is nothing",
                        List.of(ENROLLED, ONLINE),
                        agent(1, 1, 1, heartbeat(59)),
                        "ignored: Unchanged"),
                when("a step of skew is told", List.of(ENROLLED, ONLINE), agent(1, 1, 1, heartbeat(60)), "ClockSkewed"),
                when(
                        "a clock a day off is told",
                        List.of(ENROLLED, ONLINE),
                        agent(1, 1, 1, heartbeat(-86_400)),
                        "ClockSkewed"),
                when(
                        "an agent's report without counter is refused",
                        List.of(ENROLLED, ONLINE),
                        service(1, heartbeat(0)),
                        "refused: an agent's report bears boot and n"));
    }

    @ParameterizedTest
    @MethodSource({"enrolment", "sessions"})
    void a_report_leads_to(JudgeCase each) {
        each.holds();
    }
}
