package io.kubemdm.agent.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.agent.Pki;
import io.kubemdm.protocol.bundle.BundleContent;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.message.BundleDelivered;
import io.kubemdm.protocol.message.PolicyReported;
import io.kubemdm.protocol.message.PolicyReported.State;
import io.kubemdm.protocol.trust.JwsType;
import io.kubemdm.protocol.trust.Signer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One line on its way from the order to the device and back. */
class PoliciesTest extends PolicyFixture {

    @Test
    void a_policy_is_fetched_by_digest_set_read_back_and_reported() {
        PolicyRef ref = publish(motd("a", "1.0.0", 100, "hello"));
        desire(ref);
        assertThat(asked).contains(ref.digest());
        deliver(ref);

        assertThat(root.resolve("etc/motd.d/corp")).hasContent("hello");
        assertThat(said).containsExactly(new PolicyReported(ref, State.Applied, 1, null, null));
        assertThat(policies.inForce()).containsExactly(ref);
    }

    @Test
    void what_this_device_cannot_do_is_left_out_and_told_and_the_rest_is_set() {
        PolicyRef ref = publish(bundle(
                "a",
                "1.0.0",
                100,
                "{'files':[{'path':'/etc/motd.d/corp','content':'hello'}],'usbStorage':'ReadOnly','camera':'Block',"
                        + "'vpn':[{'name':'old','type':'IkeV2','server':'x'}]}"));
        bring(ref);

        assertThat(root.resolve("etc/motd.d/corp")).hasContent("hello");
        assertThat(root.resolve("etc/modprobe.d")).doesNotExist();
        assertThat(policies.inForce()).containsExactly(ref);
        assertThat(policies.notApplicable()).containsOnlyKeys("usbStorage", "camera", "vpn.old");
        assertThat(lastState()).isEqualTo(State.Applied);
        assertThat(lastReason()).isEqualTo("NotApplicable");

        desire();
        assertThat(policies.notApplicable()).isEmpty();
    }

    @Test
    void the_same_desired_again_is_no_work() throws IOException {
        PolicyRef ref = publish(motd("a", "1.0.0", 100, "hello"));
        bring(ref);
        said.clear();
        asked.clear();
        var before = Files.getLastModifiedTime(root.resolve("etc/motd.d/corp"));

        desire(ref);

        assertThat(said).isEmpty();
        assertThat(asked).isEmpty();
        assertThat(Files.getLastModifiedTime(root.resolve("etc/motd.d/corp"))).isEqualTo(before);
    }

    @Test
    void a_line_that_is_gone_is_undone_to_what_was_there_before() throws IOException {
        Files.createDirectories(root.resolve("etc/motd.d"));
        Files.writeString(root.resolve("etc/motd.d/corp"), "mine");
        PolicyRef ref = publish(motd("a", "1.0.0", 100, "hello"));
        bring(ref);
        said.clear();

        desire();

        assertThat(root.resolve("etc/motd.d/corp")).hasContent("mine");
        assertThat(said).containsExactly(new PolicyReported(ref, State.Removed, 2, null, null));
        assertThat(policies.touched()).isEmpty();
    }

    @Test
    void a_flipped_byte_a_foreign_signature_and_other_content_are_rejected_and_touch_nothing() {
        PolicyRef ref = publish(motd("a", "1.0.0", 100, "hello"));
        desire(ref);
        String good = PKI.signer().sign(JwsType.BUNDLE, content(ref).canonical());
        String[] parts = good.split("\\.", -1);
        char flipped = parts[1].charAt(10) == 'A' ? 'B' : 'A';
        String bad = parts[0] + "." + parts[1].substring(0, 10) + flipped + parts[1].substring(11) + "." + parts[2];

        policies.delivered(new BundleDelivered(ref.digest(), bad));

        assertThat(lastReason()).isEqualTo("BadSignature");
        assertThat(lastState()).isEqualTo(State.Rejected);

        start();
        desire(ref);
        Signer foreign = Pki.signer(Pki.key());
        policies.delivered(new BundleDelivered(
                ref.digest(), foreign.sign(JwsType.BUNDLE, content(ref).canonical())));
        assertThat(lastReason()).isEqualTo("UnknownKey");

        start();
        desire(ref);
        policies.delivered(new BundleDelivered(
                ref.digest(),
                PKI.signer()
                        .sign(JwsType.BUNDLE, motd("a", "1.0.0", 100, "other").canonical())));
        assertThat(lastReason()).isEqualTo("DigestMismatch");
        assertThat(root.resolve("etc/motd.d/corp")).doesNotExist();
    }

    @Test
    void a_rejected_new_version_leaves_the_former_one_in_force() {
        PolicyRef good = publish(motd("a", "1.0.0", 100, "hello"));
        bring(good);
        PolicyRef evil = publish(bundle("a", "2.0.0", 100, "{'files':[{'path':'/etc/cron.d/x','content':'x'}]}"));

        bring(evil);

        assertThat(lastState()).isEqualTo(State.Rejected);
        assertThat(lastReason()).isEqualTo("PathNotAllowed");
        assertThat(root.resolve("etc/motd.d/corp")).hasContent("hello");
        assertThat(policies.inForce()).containsExactly(good);
    }

    @Test
    void a_version_that_cannot_be_set_returns_to_the_last_good_one() throws IOException {
        PolicyRef good = publish(motd("a", "1.0.0", 100, "hello"));
        bring(good);
        Files.createDirectories(root.resolve("etc/motd.d/sub"));
        Files.setPosixFilePermissions(root.resolve("etc/motd.d/sub"), PosixFilePermissions.fromString("rwxrwxrwx"));
        PolicyRef broken = publish(bundle(
                "a",
                "2.0.0",
                100,
                "{'files':[{'path':'/etc/motd.d/corp','content':'new'},{'path':'/etc/motd.d/sub/x','content':'x'}]}"));

        bring(broken);

        assertThat(lastState()).isEqualTo(State.RolledBack);
        assertThat(root.resolve("etc/motd.d/corp")).hasContent("hello");
        assertThat(policies.inForce()).containsExactly(good);
    }

    @Test
    void a_setting_without_a_driver_fails_by_name() {
        PolicyRef ref = publish(bundle("a", "1.0.0", 100, "{'bluetooth':{'enabled':false},'heartbeatInterval':'5m'}"));
        bring(ref);

        assertThat(lastState()).isEqualTo(State.Failed);
        assertThat(lastReason()).isEqualTo("UnsupportedSetting");
    }

    @Test
    void a_bundle_for_another_platform_is_rejected() {
        PolicyRef ref = publish(
                new BundleContent("a", "1.0.0", List.of("Windows"), 100, "Enforce", null, null, null, null, null));
        bring(ref);

        assertThat(lastReason()).isEqualTo("WrongPlatform");
    }

    @Test
    void after_a_kill_a_restart_finishes_what_was_ordered_without_reporting_it_twice() throws IOException {
        PolicyRef ref = publish(motd("a", "1.0.0", 100, "hello"));
        bring(ref);
        Files.delete(root.resolve("etc/motd.d/corp"));

        start();
        policies.resume(order(List.of(ref)));

        assertThat(root.resolve("etc/motd.d/corp")).hasContent("hello");
        assertThat(said).isEmpty();
        assertThat(asked).isEmpty();
    }

    @Test
    void a_bundle_that_only_judges_sets_nothing() {
        PolicyRef ref = publish(new BundleContent(
                "a",
                "1.0.0",
                null,
                100,
                "Warn",
                json("{'files':[{'path':'/etc/motd.d/corp','content':'x'}]}"),
                null,
                null,
                null,
                null));
        bring(ref);

        assertThat(root.resolve("etc/motd.d/corp")).doesNotExist();
        assertThat(lastReason()).isEqualTo("NotEnforced");
    }
}
