package io.kubemdm.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.kubemdm.protocol.bundle.BundleContent;
import java.util.List;
import org.junit.jupiter.api.Test;

class SettingOverlapTest {

    private static BundleContent bundle(String more) {
        return BundleContent.ofSpec(Serialization.unmarshal("policy: p\nversion: 1.0.0\n" + more, JsonNode.class));
    }

    @Test
    void what_both_set_to_different_values_is_named() {
        BundleContent one = bundle("""
                settings:
                  password: {minLength: 12, requireComplexity: true}
                  sysctl: {kernel.sysrq: '0'}
                  files:
                  - {path: /etc/motd, content: a}
                  - {path: /etc/issue, content: a}
                """);
        BundleContent other = bundle("""
                settings:
                  password: {minLength: 14, requireComplexity: true}
                  files:
                  - {path: /etc/motd, content: b}
                """);

        List<String> both = SettingOverlap.of(one, other);

        assertThat(both).containsExactly("files:/etc/motd", "password.minLength");
        assertThat(SettingOverlap.message(both, one, other)).contains("both have priority 100");
        assertThat(SettingOverlap.message(both, one, bundle("priority: 200"))).contains("priority 100, the other 200");
    }

    @Test
    void lists_are_compared_by_what_they_say() {
        BundleContent one = bundle("""
                settings:
                  firewall: {allow: [{port: 22}]}
                  packages: {required: [nginx, curl]}
                """);
        BundleContent other = bundle("""
                settings:
                  firewall: {allow: [{port: 80, protocol: Tcp}]}
                  packages: {required: [vim, curl], forbidden: [nginx]}
                """);

        assertThat(SettingOverlap.of(one, other)).containsExactly("firewall.allow", "packages:nginx");
    }

    @Test
    void a_bundle_that_only_judges_sets_nothing() {
        assertThat(SettingOverlap.of(
                        bundle("settings: {password: {minLength: 12}}"),
                        bundle("enforcement: Warn\nsettings: {password: {minLength: 14}}")))
                .isEmpty();
    }
}
