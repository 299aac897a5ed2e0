package io.kubemdm.agent.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubemdm.agent.SshPeople;
import io.kubemdm.agent.store.MemoryStore;
import io.kubemdm.protocol.approval.ApproverKeys;
import io.kubemdm.protocol.approval.WipeProof;
import io.kubemdm.protocol.approval.WipeStatement;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.message.CommandAcknowledged.Refusal;
import io.kubemdm.protocol.order.CommandOrder;
import io.kubemdm.protocol.order.CommandType;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody with every key of the operator can make this device do: nothing that its approvers did not sign. */
class ApproversTest {

    private static final DeviceId DEVICE = DeviceId.parse("acme/d-1");
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant END = NOW.plusSeconds(3_600);
    private static final CommandDecision.Device CAN =
            new CommandDecision.Device(DEVICE, Map.of(), Set.of(CommandType.values()));

    @TempDir
    static Path folder;

    private static SshPeople people;
    private static ApproverKeys keys;

    private final MemoryStore store = new MemoryStore();
    private final Approvers approvers = new Approvers(store);

    @BeforeAll
    static void someWithKeys() throws Exception {
        people = new SshPeople(folder);
        keys = new ApproverKeys(1, 2, List.of(people.key("ann"), people.key("bob"), people.key("cleo")));
        people.key("eve");
    }

    @BeforeEach
    void found() {
        approvers.found(keys);
    }

    private static String sign(String name, String purpose, byte[] text) throws Exception {
        return people.sign(name, purpose, text);
    }

    private static CommandOrder order(String id, long epoch, CommandType type, @Nullable WipeProof proof) {
        return new CommandOrder(id, DEVICE, epoch, 5, "n", NOW, END, type, Map.of(), proof);
    }

    private static WipeProof signedBy(String... people) throws Exception {
        WipeStatement statement = new WipeStatement(DEVICE, 2, CommandType.FullWipe, "uid", END);
        String[] signatures = new String[people.length];
        for (int i = 0; i < people.length; i++) {
            signatures[i] = sign(people[i], WipeStatement.NAMESPACE, statement.canonical());
        }
        return new WipeProof("uid", END, List.of(signatures));
    }

    @Test
    void twoOfThreeErase() throws Exception {
        assertThat(approvers.isMet(order("uid-2", 2, CommandType.FullWipe, signedBy("ann", "cleo")), NOW))
                .isTrue();
    }

    @Test
    void withoutAQuorumNothingIsErased() throws Exception {
        assertThat(approvers.isMet(order("uid-2", 2, CommandType.FullWipe, null), NOW))
                .isFalse();
        assertThat(approvers.isMet(order("uid-2", 2, CommandType.CryptoErase, null), NOW))
                .isFalse();
        assertThat(approvers.isMet(order("uid-2", 2, CommandType.FullWipe, signedBy("ann")), NOW))
                .isFalse();
        assertThat(approvers.isMet(order("uid-2", 2, CommandType.FullWipe, signedBy("ann", "ann", "eve")), NOW))
                .isFalse();
    }

    @Test
    void signaturesServeOneRequestOneLifeOneTypeAndEnd() throws Exception {
        WipeProof proof = signedBy("ann", "bob");
        assertThat(approvers.isMet(order("other-2", 2, CommandType.FullWipe, proof), NOW))
                .isFalse();
        assertThat(approvers.isMet(order("uid-3", 3, CommandType.FullWipe, proof), NOW))
                .isFalse();
        assertThat(approvers.isMet(order("uid-2", 2, CommandType.CryptoErase, proof), NOW))
                .isFalse();
        assertThat(approvers.isMet(order("uid-2", 2, CommandType.FullWipe, proof), END))
                .isFalse();
        WipeProof longer = new WipeProof("uid", END.plusSeconds(1), proof.signatures());
        assertThat(approvers.isMet(order("uid-2", 2, CommandType.FullWipe, longer), NOW))
                .isFalse();
    }

    @Test
    void lockingNeedsNobody() {
        assertThat(approvers.isMet(order("uid-2", 2, CommandType.Lock, null), NOW))
                .isTrue();
    }

    @Test
    void aRefusalIsTypedAndMayBeSignedBetterUnderTheSameId() {
        Guard guard = Guard.fresh().inEpoch(2);
        assertThat(CommandDecision.decide(order("uid-2", 2, CommandType.FullWipe, null), guard, CAN, approvers, NOW))
                .isEqualTo(new CommandDecision.Verdict.Refuse(Refusal.QuorumMissing, false));
    }

    @Test
    void anotherEnrolmentGivesNoOthers() throws Exception {
        ApproverKeys others = new ApproverKeys(1, 1, List.of(people.key("mallory")));
        assertThatThrownBy(() -> approvers.found(others)).hasMessageContaining("only they replace themselves");
        approvers.found(keys);
        assertThat(approvers.keys()).isEqualTo(keys);
    }

    @Test
    void onlyTheQuorumReplacesItself() throws Exception {
        ApproverKeys next = new ApproverKeys(2, 1, List.of(keys.keys().getFirst()));
        String ann = sign("ann", ApproverKeys.NAMESPACE, next.canonical());
        assertThatThrownBy(() -> approvers.replace(next, List.of(ann))).hasMessageContaining("2 are needed");
        approvers.replace(next, List.of(ann, sign("bob", ApproverKeys.NAMESPACE, next.canonical())));
        assertThat(approvers.keys()).isEqualTo(next);
    }

    @Test
    void keysThatCannotBeReadKeepTheDeviceWhole() {
        store.write("approvers.json", new byte[] {'{'});
        assertThat(approvers.isMet(order("uid-2", 2, CommandType.FullWipe, null), NOW))
                .isFalse();
    }
}
