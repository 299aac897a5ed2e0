package io.kubemdm.testbed.story;

import static io.kubemdm.testbed.story.Tenant.SOON;
import static io.kubemdm.testbed.story.Tenant.condition;
import static io.kubemdm.testbed.story.Tenant.policyState;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.testbed.controlplane.Kubectl.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bundles that reach for more than files: the operator signs them, the device refuses them. All of them at once. */
class RefusalStoryTest {

    /** Policy line to the path its bundle wants to write. */
    private static final Map<String, String> PATHS = Map.of(
            "cron", "/etc/cron.d/job",
            "sudoers", "/etc/sudoers.d/me",
            "systemd", "/etc/systemd/system/me.service",
            "udev", "/etc/udev/rules.d/99-me.rules",
            "pam", "/etc/pam.d/sshd",
            "preload", "/etc/ld.so.preload",
            "profile", "/etc/profile.d/me.sh",
            "elsewhere", "/srv/not/allowed/here",
            "linked-file", "/etc/motd.d/linked",
            "linked-folder", "/etc/motd.d/folder/file");

    private static Tenant tenant;
    private static DeviceSide device;

    @BeforeAll
    static void everyBundleIsRolledOut() throws IOException {
        tenant = StoryRegion.shared().tenant(Tenants.LIMITS);
        device = tenant.sides(1).getFirst();
        device.write("/etc/shadow", "secret\n");
        Files.createDirectories(device.path("/srv/elsewhere"));
        link("/etc/motd.d/linked", "/etc/shadow");
        link("/etc/motd.d/folder", "/srv/elsewhere");
        StringBuilder all = new StringBuilder();
        PATHS.forEach((line, path) -> all.append(bundle(line, path)).append(rollout(line)));
        tenant.apply(all.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"cron", "sudoers", "systemd", "udev", "pam", "preload", "profile", "elsewhere"})
    void aFileThatWouldBeRunOrIsNotAllowedIsRefusedAndNotWritten(String line) {
        assertThat(refusal(line)).startsWith("PathNotAllowed: ");
        assertThat(Files.exists(device.path(PATHS.get(line)))).isFalse();
    }

    @Test
    void aSymbolicLinkIsNotFollowed() {
        assertThat(refusal("linked-file")).contains("symbolic link");
        assertThat(device.read("/etc/shadow")).isEqualTo("secret\n");
        assertThat(Files.isSymbolicLink(device.path("/etc/motd.d/linked"))).isTrue();
    }

    @Test
    void aLinkedFolderIsNotFollowed() {
        assertThat(refusal("linked-folder")).contains("symbolic link");
        assertThat(Files.exists(device.path("/srv/elsewhere/file"), LinkOption.NOFOLLOW_LINKS))
                .isFalse();
    }

    @Test
    void theDeviceSaysThatAPolicyIsNotApplied() {
        await("condition").atMost(SOON).untilAsserted(() -> assertThat(
                        condition(tenant.get("mdev", device.name()), "PolicyApplied"))
                .startsWith("False/"));
    }

    @Test
    void aPathThatClimbsIsRefusedByTheApiServer() {
        Result refused = tenant.tryApply(bundle("climb", "/etc/motd.d/../cron.d/job"));
        assertThat(refused.ok()).isFalse();
        assertThat(refused.err()).contains("files.path has no . or .. element");
    }

    /** What the device said of the line, as its Rollout shows it. */
    private static String refusal(String line) {
        await(line + " has failed").atMost(SOON).untilAsserted(() -> {
            assertThat(policyState(tenant.get("mdev", device.name()), line)).isEqualTo("Failed");
            assertThat(tenant.get("mro", line).at("/status/sampleFailures")).hasSize(1);
        });
        JsonNode sample = tenant.get("mro", line).at("/status/sampleFailures/0");
        assertThat(sample.get("device").asText()).isEqualTo(device.name());
        return sample.path("message").asText();
    }

    private static void link(String link, String target) throws IOException {
        Path at = device.path(link);
        Files.createDirectories(at.getParent());
        Files.deleteIfExists(at);
        Files.createSymbolicLink(at, device.path(target));
    }

    private static String bundle(String line, String path) {
        return """
                ---
                apiVersion: kubemdm.io/v1alpha1
                kind: PolicyBundle
                metadata: {name: %1$s}
                spec:
                  policy: %1$s
                  version: 1.0.0
                  settings:
                    heartbeatInterval: 10s
                    files: [{path: %2$s, content: "mine"}]
                """.formatted(line, path);
    }

    private static String rollout(String line) {
        return """
                ---
                apiVersion: kubemdm.io/v1alpha1
                kind: Rollout
                metadata: {name: %1$s}
                spec:
                  bundleRef: {name: %1$s}
                  selector: {}
                  steps: [{name: all, percent: 100}]
                """.formatted(line);
    }
}
