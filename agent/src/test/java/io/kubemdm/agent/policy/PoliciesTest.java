package io.kubemdm.agent.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.agent.Pki;
import io.kubemdm.agent.SshPeople;
import io.kubemdm.agent.driver.Drivers;
import io.kubemdm.agent.driver.FilesDriver;
import io.kubemdm.agent.driver.ModuleDriver;
import io.kubemdm.agent.driver.PasswordDriver;
import io.kubemdm.agent.driver.PathLimits;
import io.kubemdm.agent.driver.VpnDriver;
import io.kubemdm.agent.program.Programs;
import io.kubemdm.agent.store.DeviceFiles;
import io.kubemdm.agent.store.MemoryStore;
import io.kubemdm.agent.store.PublicFiles;
import io.kubemdm.protocol.approval.ApproverKeys;
import io.kubemdm.protocol.approval.BundleProof;
import io.kubemdm.protocol.approval.BundleStatement;
import io.kubemdm.protocol.bundle.BundleContent;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.message.AgentReport;
import io.kubemdm.protocol.message.BundleDelivered;
import io.kubemdm.protocol.message.DriftCorrected;
import io.kubemdm.protocol.message.PolicyReported;
import io.kubemdm.protocol.message.PolicyReported.State;
import io.kubemdm.protocol.order.DesiredOrder;
import io.kubemdm.protocol.trust.JwsType;
import io.kubemdm.protocol.trust.Signer;
import io.kubemdm.protocol.trust.Verifier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PoliciesTest implements Policies.Mouth {

    private static final Pki PKI = new Pki();

    @TempDir
    private Path root;

    private final MemoryStore store = new MemoryStore();
    private final AtomicLong ticks = new AtomicLong();
    private final List<AgentReport> said = new ArrayList<>();
    private final List<String> asked = new ArrayList<>();
    private final Map<String, BundleContent> published = new HashMap<>();
    private Policies policies;
    private long seq;
    private @Nullable ApproverKeys approvers;
    private List<BundleProof> proofs = List.of();

    @BeforeEach
    void start() {
        DeviceFiles files = new DeviceFiles(root);
        Verifier verifier = new Verifier(List.of(PKI.ordersKey.publicKey()));
        policies = new Policies(
                new Policies.Ground(
                        store,
                        new Drivers(List.of(
                                new FilesDriver(files, new PathLimits(List.of("/etc/motd.d"))),
                                new PasswordDriver(files, null),
                                new VpnDriver(files, null),
                                ModuleDriver.usbStorage(files, null),
                                ModuleDriver.camera(files, new Programs(new PublicFiles(root))))),
                        () -> verifier,
                        "Linux",
                        new BundleQuorum(new DeviceId("acme", "d-a"), () -> approvers),
                        ticks::get),
                this);
        said.clear();
        asked.clear();
    }

    @Override
    public void report(AgentReport report) {
        said.add(report);
    }

    @Override
    public void request(String digest) {
        asked.add(digest);
    }

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
        desire(ref);
        deliver(ref);

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
        desire(ref);
        deliver(ref);
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
        desire(ref);
        deliver(ref);
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
        desire(good);
        deliver(good);
        PolicyRef evil = publish(bundle("a", "2.0.0", 100, "{'files':[{'path':'/etc/cron.d/x','content':'x'}]}"));

        desire(evil);
        deliver(evil);

        assertThat(lastState()).isEqualTo(State.Rejected);
        assertThat(lastReason()).isEqualTo("PathNotAllowed");
        assertThat(root.resolve("etc/motd.d/corp")).hasContent("hello");
        assertThat(policies.inForce()).containsExactly(good);
    }

    @Test
    void a_version_that_cannot_be_set_returns_to_the_last_good_one() throws IOException {
        PolicyRef good = publish(motd("a", "1.0.0", 100, "hello"));
        desire(good);
        deliver(good);
        Files.createDirectories(root.resolve("etc/motd.d/sub"));
        Files.setPosixFilePermissions(root.resolve("etc/motd.d/sub"), PosixFilePermissions.fromString("rwxrwxrwx"));
        PolicyRef broken = publish(bundle(
                "a",
                "2.0.0",
                100,
                "{'files':[{'path':'/etc/motd.d/corp','content':'new'},{'path':'/etc/motd.d/sub/x','content':'x'}]}"));

        desire(broken);
        deliver(broken);

        assertThat(lastState()).isEqualTo(State.RolledBack);
        assertThat(root.resolve("etc/motd.d/corp")).hasContent("hello");
        assertThat(policies.inForce()).containsExactly(good);
    }

    @Test
    void a_setting_without_a_driver_fails_by_name() {
        PolicyRef ref = publish(bundle("a", "1.0.0", 100, "{'bluetooth':{'enabled':false},'heartbeatInterval':'5m'}"));
        desire(ref);
        deliver(ref);

        assertThat(lastState()).isEqualTo(State.Failed);
        assertThat(lastReason()).isEqualTo("UnsupportedSetting");
    }

    @Test
    void a_bundle_for_another_platform_is_rejected() {
        PolicyRef ref = publish(
                new BundleContent("a", "1.0.0", List.of("Windows"), 100, "Enforce", null, null, null, null, null));
        desire(ref);
        deliver(ref);

        assertThat(lastReason()).isEqualTo("WrongPlatform");
    }

    @Test
    void of_two_lines_the_higher_priority_wins_and_the_other_says_so() {
        PolicyRef low = publish(motd("a", "1.0.0", 10, "low"));
        PolicyRef high = publish(motd("b", "1.0.0", 20, "high"));
        desire(low, high);
        deliver(low);
        deliver(high);

        assertThat(root.resolve("etc/motd.d/corp")).hasContent("high");
        assertThat(said)
                .filteredOn(report -> report instanceof PolicyReported reported
                        && reported.policy().equals(low)
                        && "Overridden".equals(reported.reason()))
                .hasSize(1);
    }

    @Test
    void of_two_lines_with_equal_priority_both_say_that_they_conflict_until_one_has_a_higher_one() {
        PolicyRef one = publish(motd("a", "1.0.0", 100, "one"));
        PolicyRef other = publish(motd("b", "1.0.0", 100, "other"));
        desire(one, other);
        deliver(one);
        deliver(other);

        assertThat(root.resolve("etc/motd.d/corp")).hasContent("one");
        assertThat(conflicting()).containsExactlyInAnyOrder(one, other);

        said.clear();
        PolicyRef higher = publish(motd("b", "1.1.0", 101, "other"));
        desire(one, higher);
        deliver(higher);

        assertThat(root.resolve("etc/motd.d/corp")).hasContent("other");
        assertThat(conflicting()).isEmpty();
        assertThat(said)
                .contains(new PolicyReported(higher, State.Applied, 2, null, null))
                .anyMatch(report -> report instanceof PolicyReported reported
                        && reported.policy().equals(one)
                        && "Overridden".equals(reported.reason()));
    }

    /** What each line is told of the others, in orders of which each adds or replaces one line. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // priority of b, of c, what a is told with b, and what it is told anew once c stands in its place
                "100|100|a and b|a and c",
                "200|200|by b|by c",
                "100|200|a and b|by c",
                "200|100|by b|a and c",
                "100|50|a and b|-",
            })
    void a_line_is_told_anew_when_its_opponent_changes(int priority, int next, String told, @Nullable String anew) {
        PolicyRef a = publish(motd("a", "1.0.0", 100, "a"));
        PolicyRef b = publish(motd("b", "1.0.0", priority, "b"));
        PolicyRef c = publish(motd("c", "1.0.0", next, "c"));
        desire(a, b);
        deliver(a);
        deliver(b);
        assertThat(messageTo(a)).contains("is set", told);
        said.clear();

        desire(a, c);
        deliver(c);
        if (anew == null) {
            assertThat(messageTo(a)).isNull();
        } else {
            assertThat(messageTo(a)).contains("is set", anew);
        }

        said.clear();
        desire(a, c);
        assertThat(said).isEmpty();
    }

    private @Nullable String messageTo(PolicyRef line) {
        return said.stream()
                .filter(PolicyReported.class::isInstance)
                .map(PolicyReported.class::cast)
                .filter(report -> report.policy().equals(line) && report.state() == State.Applied)
                .reduce((earlier, later) -> later)
                .orElseThrow()
                .message();
    }

    private List<PolicyRef> conflicting() {
        return said.stream()
                .filter(PolicyReported.class::isInstance)
                .map(PolicyReported.class::cast)
                .filter(report -> PolicyReported.CONFLICTING.equals(report.reason()))
                .peek(report -> assertThat(report.message()).contains(" a and b "))
                .map(PolicyReported::policy)
                .toList();
    }

    @Test
    void of_two_password_policies_the_stricter_wins_whatever_the_priority() throws IOException {
        PolicyRef strict = publish(bundle("a", "1.0.0", 10, "{'password':{'minLength':14}}"));
        PolicyRef lax = publish(bundle("b", "1.0.0", 900, "{'password':{'minLength':8}}"));
        desire(strict, lax);
        deliver(strict);
        deliver(lax);

        assertThat(Files.readString(root.resolve("etc/security/pwquality.conf")))
                .contains("minlen = 14");
    }

    @Test
    void drift_is_put_back_and_reported_and_the_third_fight_within_an_hour_is_given_up() throws IOException {
        PolicyRef ref = publish(motd("a", "1.0.0", 100, "hello"));
        desire(ref);
        deliver(ref);
        Path file = root.resolve("etc/motd.d/corp");
        for (int fight = 1; fight <= 2; fight++) {
            said.clear();
            Files.writeString(file, "graffiti");
            policies.beat();
            assertThat(file).hasContent("hello");
            assertThat(said).containsExactly(new DriftCorrected(ref, List.of("files:/etc/motd.d/corp")));
        }

        Files.writeString(file, "graffiti");
        policies.beat();
        policies.beat();

        assertThat(file).hasContent("graffiti");
        assertThat(lastState()).isEqualTo(State.Failed);
        assertThat(lastReason()).isEqualTo("DriftRepeated");

        desire(ref);
        assertThat(file).hasContent("hello");
        assertThat(lastState()).isEqualTo(State.Applied);
    }

    @Test
    void what_could_not_be_put_back_once_is_told_to_hold_when_it_does() throws IOException {
        PolicyRef ref = publish(motd("a", "1.0.0", 100, "hello"));
        desire(ref);
        deliver(ref);
        Path file = root.resolve("etc/motd.d/corp");
        Files.delete(file);
        Files.createDirectories(file.resolve("in-the-way"));
        policies.beat();
        assertThat(lastState()).isEqualTo(State.Failed);

        Files.delete(file.resolve("in-the-way"));
        Files.delete(file);
        policies.beat();

        assertThat(file).hasContent("hello");
        assertThat(lastState()).isEqualTo(State.Applied);
        said.clear();
        policies.beat();
        assertThat(said).isEmpty();
    }

    @Test
    void fights_that_are_an_hour_apart_are_not_counted_together() throws IOException {
        PolicyRef ref = publish(motd("a", "1.0.0", 100, "hello"));
        desire(ref);
        deliver(ref);
        for (int fight = 0; fight < 6; fight++) {
            Files.delete(root.resolve("etc/motd.d/corp"));
            policies.beat();
            ticks.addAndGet(Duration.ofMinutes(31).toNanos());
        }

        assertThat(root.resolve("etc/motd.d/corp")).hasContent("hello");
    }

    @Test
    void after_a_kill_a_restart_finishes_what_was_ordered_without_reporting_it_twice() throws IOException {
        PolicyRef ref = publish(motd("a", "1.0.0", 100, "hello"));
        desire(ref);
        deliver(ref);
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
        desire(ref);
        deliver(ref);

        assertThat(root.resolve("etc/motd.d/corp")).doesNotExist();
        assertThat(lastReason()).isEqualTo("NotEnforced");
    }

    /** The whole way: refused for want of signatures, refused beyond their share, in force, and never asked again. */
    @Test
    void files_wait_for_the_approvers_of_the_device(@TempDir Path folder) throws Exception {
        SshPeople people = new SshPeople(folder);
        approvers = new ApproverKeys(1, 2, List.of(people.key("ann"), people.key("bob")));
        people.key("eve");
        PolicyRef ref = publish(bundle("a", "1.0.0", 100, "{'files':[{'path':'/etc/motd.d/corp','content':'x'}]}"));
        desire(ref);
        deliver(ref);
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
        desire(bad);
        deliver(bad);
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
        desire(ref);
        deliver(ref);

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

    private void desire(PolicyRef... refs) {
        seq++;
        policies.follow(order(Arrays.asList(refs)));
    }

    private DesiredOrder order(List<PolicyRef> refs) {
        return new DesiredOrder(new DeviceId("acme", "d-a"), 1, seq, Instant.EPOCH, refs, 60, null, proofs, null);
    }

    private void deliver(PolicyRef ref) {
        policies.delivered(new BundleDelivered(
                ref.digest(), PKI.signer().sign(JwsType.BUNDLE, content(ref).canonical())));
    }

    private PolicyRef publish(BundleContent content) {
        published.put(content.digest(), content);
        return content.ref();
    }

    private BundleContent content(PolicyRef ref) {
        return java.util.Objects.requireNonNull(published.get(ref.digest()));
    }

    private static BundleContent motd(String line, String version, int priority, String text) {
        return bundle(
                line,
                version,
                priority,
                "{'files':[{'path':'/etc/motd.d/corp','mode':'0644','content':'" + text + "'}]}");
    }

    private static BundleContent bundle(String line, String version, int priority, String settings) {
        return new BundleContent(
                line, version, List.of("Linux"), priority, "Enforce", json(settings), null, null, null, null);
    }

    private PolicyReported last() {
        return (PolicyReported) said.getLast();
    }

    private State lastState() {
        return last().state();
    }

    private String lastReason() {
        return String.valueOf(last().reason());
    }

    private static JsonNode json(String text) {
        return Json.read(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8), JsonNode.class);
    }
}
