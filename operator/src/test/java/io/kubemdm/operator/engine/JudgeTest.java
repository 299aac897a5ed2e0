package io.kubemdm.operator.engine;

import static io.kubemdm.operator.engine.Reports.DEVICE;
import static io.kubemdm.operator.engine.Reports.KEY;
import static io.kubemdm.operator.engine.Reports.acknowledged;
import static io.kubemdm.operator.engine.Reports.agent;
import static io.kubemdm.operator.engine.Reports.assigned;
import static io.kubemdm.operator.engine.Reports.cancelled;
import static io.kubemdm.operator.engine.Reports.closed;
import static io.kubemdm.operator.engine.Reports.declared;
import static io.kubemdm.operator.engine.Reports.delivered;
import static io.kubemdm.operator.engine.Reports.drift;
import static io.kubemdm.operator.engine.Reports.enrolled;
import static io.kubemdm.operator.engine.Reports.eraseRequested;
import static io.kubemdm.operator.engine.Reports.erased;
import static io.kubemdm.operator.engine.Reports.heartbeat;
import static io.kubemdm.operator.engine.Reports.newKey;
import static io.kubemdm.operator.engine.Reports.opened;
import static io.kubemdm.operator.engine.Reports.receipt;
import static io.kubemdm.operator.engine.Reports.renewed;
import static io.kubemdm.operator.engine.Reports.reported;
import static io.kubemdm.operator.engine.Reports.requested;
import static io.kubemdm.operator.engine.Reports.service;
import static io.kubemdm.operator.engine.Reports.unassigned;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.message.CommandAcknowledged.Refusal;
import io.kubemdm.protocol.message.DeviceAssigned;
import io.kubemdm.protocol.message.DriftCorrected;
import io.kubemdm.protocol.message.Envelope;
import io.kubemdm.protocol.message.Hello;
import io.kubemdm.protocol.message.Message;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.message.PolicyReported.State;
import io.kubemdm.protocol.message.ReceiptHandedIn;
import io.kubemdm.protocol.order.StorageEvidence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every rule as a sentence: given what was told, one more report leads to these events, or to none for this reason. */
class JudgeTest {

    private static final String FIRST = "sha256:first-1";
    private static final Envelope<Message> ENROLLED = enrolled(1);
    private static final Envelope<Message> ONLINE = opened(1, 5, FIRST);
    private static final Envelope<Message> LOCK = requested(1, "lock-1", 3);

    private static final String UNCHANGED = "ignored: Unchanged";

    record Case(String name, List<Envelope<Message>> given, Envelope<Message> when, String then) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Case when(String name, List<Envelope<Message>> given, Envelope<Message> when, String then) {
        return new Case(name, given, when, then);
    }

    static List<Case> enrolment() {
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

    static List<Case> sessions() {
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

    static List<Case> policies() {
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
    static List<Case> lostReports() {
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

    static List<Case> commands() {
        Envelope<Message> stale = agent(1, 1, 1, acknowledged("lock-1", 3, Refusal.StaleSeq, 9));
        Envelope<Message> obeyed = agent(1, 1, 1, acknowledged("lock-1", 3, null, 3));
        Envelope<Message> receipt = agent(1, 1, 2, receipt(KEY, DEVICE, "lock-1", 1, 3));
        return List.of(
                when("a command is issued", List.of(ENROLLED), LOCK, "CommandIssued"),
                when("the same signing again is a repeat", List.of(ENROLLED, LOCK), LOCK, "ignored: Repeat"),
                when(
                        "a counter out of range is refused",
                        List.of(ENROLLED),
                        requested(1, "lock-1", 1L << 53),
                        "refused: counter 9007199254740992"),
                when("a delivery is told", List.of(ENROLLED, LOCK), delivered(1, "lock-1", 3), "CommandPushed"),
                when(
                        "only the first delivery is told",
                        List.of(ENROLLED, LOCK, delivered(1, "lock-1", 3)),
                        delivered(1, "lock-1", 3),
                        "ignored: Repeat"),
                when("a device obeys", List.of(ENROLLED, LOCK), obeyed, "CommandAnswered"),
                when("a device answers stale", List.of(ENROLLED, LOCK), stale, "CommandAnswered"),
                when(
                        "a stale command is signed again",
                        List.of(ENROLLED, LOCK, stale),
                        requested(1, "lock-1", 10),
                        "CommandIssued"),
                when(
                        "a late refusal of an earlier signing means nothing",
                        List.of(ENROLLED, LOCK, requested(1, "lock-1", 10)),
                        stale,
                        "ignored: Unchanged"),
                when(
                        "a refusal after obedience means nothing",
                        List.of(ENROLLED, LOCK, obeyed),
                        agent(1, 1, 2, acknowledged("lock-1", 3, Refusal.Busy, 3)),
                        "ignored: Unchanged"),
                when(
                        "a counter a million ahead is a conflict",
                        List.of(ENROLLED, LOCK),
                        agent(1, 1, 1, acknowledged("lock-1", 3, Refusal.StaleSeq, 1_000_004)),
                        "Conflicted"),
                when(
                        "a counter not quite a million ahead is signed above",
                        List.of(ENROLLED, LOCK),
                        agent(1, 1, 1, acknowledged("lock-1", 3, Refusal.StaleSeq, 1_000_003)),
                        "CommandAnswered"),
                when(
                        "a signing that never was is refused",
                        List.of(ENROLLED, LOCK),
                        agent(1, 1, 1, acknowledged("lock-1", 4, null, 4)),
                        "refused: counter 4 was never issued"),
                when("a receipt ends the command", List.of(ENROLLED, LOCK, obeyed), receipt, "CommandEnded"),
                when(
                        "a receipt ends it once",
                        List.of(ENROLLED, LOCK, obeyed, receipt),
                        agent(1, 1, 3, receipt(KEY, DEVICE, "lock-1", 1, 3)),
                        "ignored: Repeat"),
                when(
                        "an ended command is not issued again",
                        List.of(ENROLLED, LOCK, receipt),
                        requested(1, "lock-1", 11),
                        "ignored: Repeat"),
                when(
                        "a receipt for nothing is refused",
                        List.of(ENROLLED),
                        receipt,
                        "refused: a receipt for a command that was not issued"),
                when("a command is withdrawn", List.of(ENROLLED, LOCK), cancelled(1, "lock-1"), "CommandRevoked"),
                when(
                        "a withdrawn command is not delivered",
                        List.of(ENROLLED, LOCK, cancelled(1, "lock-1")),
                        delivered(1, "lock-1", 3),
                        "ignored: UnknownCommand"),
                when(
                        "what was done before the withdrawal stands",
                        List.of(ENROLLED, LOCK, cancelled(1, "lock-1")),
                        receipt,
                        "CommandEnded"),
                when("no order of an older life is recorded", List.of(enrolled(2)), LOCK, "ignored: OlderEpoch"),
                when(
                        "a seventeenth open command is refused",
                        openCommands(16),
                        requested(1, "c-99", 99),
                        "refused: 16 commands are open already"));
    }

    static List<Case> receipts() {
        List<Envelope<Message>> given = List.of(ENROLLED, LOCK);
        ReceiptHandedIn good = receipt(KEY, DEVICE, "lock-1", 1, 3);
        int signature = good.receipt().lastIndexOf('.') + 1;
        String flipped =
                good.receipt().substring(0, signature) + flip(good.receipt().substring(signature));
        return List.of(
                when("its own key", given, agent(1, 1, 1, good), "CommandEnded"),
                when("another key", given, agent(1, 1, 1, receipt(newKey(), DEVICE, "lock-1", 1, 3)), "ReceiptRefused"),
                when("a flipped bit", given, agent(1, 1, 1, new ReceiptHandedIn("lock-1", flipped)), "ReceiptRefused"),
                when("no JWS", given, agent(1, 1, 1, new ReceiptHandedIn("lock-1", "rubbish")), "ReceiptRefused"),
                when(
                        "another device's",
                        given,
                        agent(1, 1, 1, receipt(KEY, DeviceId.parse("corp/d-2"), "lock-1", 1, 3)),
                        "ReceiptRefused"),
                when("another life's", given, agent(1, 1, 1, receipt(KEY, DEVICE, "lock-1", 2, 3)), "ReceiptRefused"),
                when(
                        "a counter never issued",
                        given,
                        agent(1, 1, 1, receipt(KEY, DEVICE, "lock-1", 1, 4)),
                        "ReceiptRefused"),
                when(
                        "another command's",
                        given,
                        agent(
                                1,
                                1,
                                1,
                                new ReceiptHandedIn(
                                        "lock-1",
                                        receipt(KEY, DEVICE, "lock-2", 1, 3).receipt())),
                        "ReceiptRefused"));
    }

    static List<Case> erasures() {
        List<Envelope<Message>> given = List.of(ENROLLED, eraseRequested(1, "wipe-1", 3));
        String keys = "sha256:" + "1".repeat(64);
        StorageEvidence gone = new StorageEvidence("/dev/sda2", keys, StorageEvidence.NO_SLOTS, true);
        StorageEvidence left = new StorageEvidence("/dev/sdb", keys, keys, true);
        return List.of(
                when(
                        "an erase that shows no key is left",
                        given,
                        agent(1, 1, 1, erased("wipe-1", 3, gone)),
                        "CommandEnded"),
                when(
                        "an erase of a device that came back a year after its certificate had ended",
                        given,
                        Reports.of(
                                DEVICE,
                                1,
                                new MessageId(1, 1),
                                Reports.T0.plus(Duration.ofDays(365)),
                                erased("wipe-1", 3, gone)),
                        "CommandEnded"),
                when("an erase without evidence", given, agent(1, 1, 1, erased("wipe-1", 3)), "ReceiptRefused"),
                when(
                        "an erase that left a key",
                        given,
                        agent(1, 1, 1, erased("wipe-1", 3, gone, left)),
                        "ReceiptRefused"));
    }

    @Test
    void the_event_of_an_end_holds_the_proof_itself() {
        History history = new History();
        history.tell(ENROLLED);
        history.tell(LOCK);
        ReceiptHandedIn receipt = receipt(KEY, DEVICE, "lock-1", 1, 3);

        history.tell(agent(1, 1, 1, receipt));

        assertThat(history.events.getLast())
                .isInstanceOfSatisfying(
                        io.kubemdm.protocol.event.DeviceEvent.CommandEnded.class,
                        ended -> assertThat(ended.receipt()).isEqualTo(receipt.receipt()));
    }

    /** Stands for the timer's conclusion, which no report can be. */
    private static final Envelope<Message> SILENCE =
            new Envelope<>("silence", "/timer", DEVICE, Reports.T0, 1, MessageId.NONE, null, heartbeat(0));

    private static String flip(String signature) {
        char[] characters = signature.toCharArray();
        characters[9] = characters[9] == 'x' ? 'y' : 'x';
        return new String(characters);
    }

    private static List<Envelope<Message>> openCommands(int count) {
        List<Envelope<Message>> given = new ArrayList<>(List.of(ENROLLED));
        for (int i = 1; i <= count; i++) {
            given.add(requested(1, "c-" + i, i));
        }
        return given;
    }

    @ParameterizedTest
    @MethodSource({"enrolment", "sessions", "policies", "lostReports", "commands", "receipts", "erasures"})
    void a_report_leads_to(Case each) {
        History history = new History();
        for (Envelope<Message> report : each.given()) {
            if (report.id().equals(SILENCE.id())) {
                history.conclude(new io.kubemdm.protocol.event.DeviceEvent.Silenced());
            } else {
                history.tell(report);
            }
        }
        int before = history.events.size();

        Verdict verdict = history.tell(each.when());

        String told =
                switch (verdict) {
                    case Verdict.Transitions t ->
                        String.join(",", history.eventNames().subList(before, history.events.size()));
                    case Verdict.Ignored ignored -> "ignored: " + ignored.cause();
                    case Verdict.Refused refused -> "refused: " + refused.reason();
                };
        if (verdict instanceof Verdict.Refused) {
            assertThat(told).startsWith(each.then());
        } else {
            assertThat(told).isEqualTo(each.then());
        }
    }
}
