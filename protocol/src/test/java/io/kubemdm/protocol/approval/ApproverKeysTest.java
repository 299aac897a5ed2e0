package io.kubemdm.protocol.approval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.order.CommandType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApproverKeysTest {

    private static final WipeStatement STATEMENT = new WipeStatement(
            DeviceId.parse("acme/d-1"), 2, CommandType.FullWipe, "uid-1", Instant.parse("2030-01-01T00:00:00Z"));

    @TempDir
    static Path folder;

    private static SshKeys ssh;
    private static ApproverKeys three;

    @BeforeAll
    static void people() {
        ssh = new SshKeys(folder);
        three = new ApproverKeys(
                1,
                2,
                List.of(ssh.make("ann", "ed25519"), ssh.make("bob", "ecdsa", "384"), ssh.make("cleo", "rsa", "2048")));
        ssh.make("eve", "ed25519");
    }

    private static String by(String who) {
        return ssh.sign(who, WipeStatement.NAMESPACE, STATEMENT.canonical());
    }

    private static boolean agree(WipeStatement statement, String... signatures) {
        return three.agree(statement, new WipeProof("uid-1", statement.notAfter(), List.of(signatures)));
    }

    @Test
    void anyTwoOfThreeKindsOfKeysAreAQuorum() {
        assertThat(agree(STATEMENT, by("ann"), by("bob"))).isTrue();
        assertThat(agree(STATEMENT, by("cleo"), by("ann"))).isTrue();
        assertThat(agree(STATEMENT, by("bob"), by("cleo"), by("eve"))).isTrue();
    }

    @Test
    void oneKeyTwiceAStrangerRubbishAndAnotherPurposeCountForNothing() {
        assertThat(agree(STATEMENT, by("ann"), by("ann"))).isFalse();
        assertThat(agree(STATEMENT, by("ann"), by("eve"))).isFalse();
        assertThat(agree(STATEMENT, by("ann"), "rubbish".repeat(2_000))).isFalse();
        assertThat(agree(STATEMENT, by("ann"), ssh.sign("bob", "git", STATEMENT.canonical())))
                .isFalse();
        assertThat(agree(STATEMENT)).isFalse();
    }

    @Test
    void aSignatureServesOneDeviceOneLifeOneTypeOneRequestOneEnd() {
        String ann = by("ann");
        String bob = by("bob");
        Instant end = STATEMENT.notAfter();
        DeviceId device = STATEMENT.device();
        for (WipeStatement other : List.of(
                new WipeStatement(DeviceId.parse("acme/d-2"), 2, CommandType.FullWipe, "uid-1", end),
                new WipeStatement(device, 3, CommandType.FullWipe, "uid-1", end),
                new WipeStatement(device, 2, CommandType.CryptoErase, "uid-1", end),
                new WipeStatement(device, 2, CommandType.FullWipe, "uid-2", end),
                new WipeStatement(device, 2, CommandType.FullWipe, "uid-1", end.plusSeconds(1)))) {
            assertThat(agree(other, ann, bob)).as("%s", other).isFalse();
        }
    }

    @Test
    void aFlippedBitInASignatureIsNoSignature() {
        String ann = by("ann");
        int at = ann.length() - 80;
        String flipped = ann.substring(0, at) + (ann.charAt(at) == 'A' ? 'B' : 'A') + ann.substring(at + 1);
        assertThat(agree(STATEMENT, flipped, by("bob"))).isFalse();
    }

    @Test
    void onlyTheQuorumThatIsReplacedPutsOthersInItsPlace() {
        ApproverKeys next = new ApproverKeys(2, 1, List.of(three.keys().get(2)));
        String ann = ssh.sign("ann", ApproverKeys.NAMESPACE, next.canonical());
        String bob = ssh.sign("bob", ApproverKeys.NAMESPACE, next.canonical());

        assertThat(three.replacedBy(next, List.of(ann, bob))).isEqualTo(next);
        assertThatThrownBy(() -> three.replacedBy(next, List.of(ann)))
                .hasMessageContaining("1 of the keys in force have signed, 2 are needed");
        assertThatThrownBy(() ->
                        three.replacedBy(next, List.of(ssh.sign("eve", ApproverKeys.NAMESPACE, next.canonical()), ann)))
                .hasMessageContaining("2 are needed");
        assertThatThrownBy(() -> next.replacedBy(next, List.of(ann, bob))).hasMessageContaining("give 3");
    }

    @Test
    void keysThatCannotServeAreRefusedByName() {
        List<String> keys = three.keys();
        assertThatThrownBy(() -> new ApproverKeys(1, 4, keys)).hasMessageContaining("quorum: 4 of 3");
        assertThatThrownBy(() -> new ApproverKeys(1, 0, keys)).hasMessageContaining("quorum");
        assertThatThrownBy(() -> new ApproverKeys(0, 1, keys)).hasMessageContaining("version");
        assertThatThrownBy(() -> new ApproverKeys(1, 1, List.of())).hasMessageContaining("keys: 1 to 16");
        assertThatThrownBy(() -> new ApproverKeys(1, 1, List.of("ssh-ed25519 AAAA")))
                .hasMessageContaining("not a public key");
        assertThatThrownBy(() -> new ApproverKeys(1, 1, List.of("rubbish"))).hasMessageContaining("not a public key");
        assertThatThrownBy(() -> new ApproverKeys(1, 1, List.of(keys.getFirst(), keys.getFirst() + "-again")))
                .hasMessageContaining("twice");
    }

    @Test
    void aFileOfAuthorizedKeysIsRead() {
        String file = "# people\n\n" + new String(three.file(), StandardCharsets.UTF_8);
        assertThat(ApproverKeys.first(file, 2)).isEqualTo(three);
    }
}
