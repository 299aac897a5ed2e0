package io.kubemdm.operator.engine;

import static io.kubemdm.operator.engine.JudgeCase.ENROLLED;
import static io.kubemdm.operator.engine.JudgeCase.LOCK;
import static io.kubemdm.operator.engine.JudgeCase.when;
import static io.kubemdm.operator.engine.Reports.DEVICE;
import static io.kubemdm.operator.engine.Reports.KEY;
import static io.kubemdm.operator.engine.Reports.acknowledged;
import static io.kubemdm.operator.engine.Reports.agent;
import static io.kubemdm.operator.engine.Reports.cancelled;
import static io.kubemdm.operator.engine.Reports.delivered;
import static io.kubemdm.operator.engine.Reports.enrolled;
import static io.kubemdm.operator.engine.Reports.eraseRequested;
import static io.kubemdm.operator.engine.Reports.erased;
import static io.kubemdm.operator.engine.Reports.newKey;
import static io.kubemdm.operator.engine.Reports.receipt;
import static io.kubemdm.operator.engine.Reports.requested;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.message.CommandAcknowledged.Refusal;
import io.kubemdm.protocol.message.Envelope;
import io.kubemdm.protocol.message.Message;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.message.ReceiptHandedIn;
import io.kubemdm.protocol.order.StorageEvidence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of reports about commands and of receipts. */
class JudgedCommandsTest {

    static List<JudgeCase> commands() {
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

    static List<JudgeCase> receipts() {
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

    static List<JudgeCase> erasures() {
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
    @MethodSource({"commands", "receipts", "erasures"})
    void a_report_leads_to(JudgeCase each) {
        each.holds();
    }
}
