package io.kubemdm.agent.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.agent.SshPeople;
import io.kubemdm.protocol.approval.ApproverKeys;
import io.kubemdm.protocol.approval.BundleProof;
import io.kubemdm.protocol.approval.BundleStatement;
import io.kubemdm.protocol.bundle.PolicyRef;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bundles with files wait for the signatures of the device's approvers. */
class ApprovedBundlesTest extends PolicyFixture {

    /** The whole way: refused for want of signatures, refused beyond their share, in force, and never asked again. */
    @Test
    void files_wait_for_the_approvers_of_the_device(@TempDir Path folder) throws Exception {
        SshPeople people = new SshPeople(folder);
        approvers = new ApproverKeys(1, 2, List.of(people.key("ann"), people.key("bob")));
        people.key("eve");
        PolicyRef ref = publish(bundle("a", "1.0.0", 100, "{'files':[{'path':'/etc/motd.d/corp','content':'x'}]}"));
        bring(ref);
        assertThat(lastReason()).isEqualTo("QuorumMissing");

        proofs = List.of(proof(people, ref, "ann", 100, "ann", 50, "eve", 100));
        desire(ref);
        assertThat(lastReason()).isEqualTo("QuorumMissing");

        proofs = List.of(proof(people, ref, "ann", 100, "bob", 0));
        desire(ref);
        assertThat(lastReason()).isEqualTo("BeyondApprovedShare");
        assertThat(root.resolve("etc/motd.d/corp")).doesNotExist();

        proofs = List.of(proof(people, ref, "ann", 100, "bob", 0, "bob", 100));
        desire(ref);
        assertThat(root.resolve("etc/motd.d/corp")).hasContent("x");

        proofs = List.of();
        start();
        policies.resume(order(List.of(ref)));
        assertThat(root.resolve("etc/motd.d/corp")).hasContent("x");
    }

    @Test
    void signatures_serve_one_content_and_one_namespace(@TempDir Path folder) throws Exception {
        SshPeople people = new SshPeople(folder);
        approvers = new ApproverKeys(1, 1, List.of(people.key("ann")));
        PolicyRef good = publish(bundle("a", "1.0.0", 100, "{'files':[{'path':'/etc/motd.d/corp','content':'x'}]}"));
        PolicyRef bad = publish(bundle("a", "1.1.0", 100, "{'files':[{'path':'/etc/motd.d/corp','content':'y'}]}"));
        proofs = List.of(
                new BundleProof(bad.digest(), proof(people, good, "ann", 100).shares()));
        bring(bad);
        assertThat(lastReason()).isEqualTo("QuorumMissing");

        String elsewhere = people.sign(
                "ann", BundleStatement.NAMESPACE, new BundleStatement(bad.digest(), "other", 100).canonical());
        proofs = List.of(new BundleProof(bad.digest(), List.of(new BundleProof.Share(100, elsewhere))));
        desire(bad);
        assertThat(lastReason()).isEqualTo("QuorumMissing");
        assertThat(root.resolve("etc/motd.d/corp")).doesNotExist();
    }

    @Test
    void what_carries_no_files_needs_no_approver(@TempDir Path folder) throws Exception {
        approvers = new ApproverKeys(1, 1, List.of(new SshPeople(folder).key("ann")));
        PolicyRef ref = publish(bundle("a", "1.0.0", 100, "{'password':{'minLength':12}}"));
        bring(ref);

        assertThat(policies.inForce()).containsExactly(ref);
    }

    private static BundleProof proof(SshPeople people, PolicyRef ref, Object... personAndPercent) throws Exception {
        List<BundleProof.Share> shares = new ArrayList<>();
        for (int i = 0; i < personAndPercent.length; i += 2) {
            int percent = (Integer) personAndPercent[i + 1];
            shares.add(new BundleProof.Share(
                    percent,
                    people.sign(
                            (String) personAndPercent[i],
                            BundleStatement.NAMESPACE,
                            new BundleStatement(ref.digest(), "acme", percent).canonical())));
        }
        return new BundleProof(ref.digest(), shares);
    }
}
