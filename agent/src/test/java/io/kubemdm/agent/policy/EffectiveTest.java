package io.kubemdm.agent.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.agent.driver.Drivers;
import io.kubemdm.agent.driver.FirewallDriver;
import io.kubemdm.agent.driver.ModuleDriver;
import io.kubemdm.agent.driver.PasswordDriver;
import io.kubemdm.agent.driver.Setting;
import io.kubemdm.agent.driver.SimulatedDriver;
import io.kubemdm.agent.store.DeviceFiles;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.json.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which of two lines {@code a} and {@code b} wins, and what each is told. */
class EffectiveTest {

    @TempDir
    private Path root;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            nullValues = "-",
            value = {
                // setting, value and priority of a, of b, who wins, what a and b hear
                "password:minLength|14|10|8|900|a|-|is set by a (stricter)",
                "password:maxFailedAttempts|5|100|3|100|b|is set by b (stricter)|-",
                "password:lockoutDuration|900|100|1800|100|b|is set by b (stricter)|-",
                "usbStorage:mode|'Allow'|900|'Block'|1|b|is set by b (stricter)|-",
                "firewall:allow|[{'port':22},{'port':80}]|900|[{'port':80}]|1|b|is set by b (stricter)|-",
                "firewall:allow|[{'port':22}]|200|[{'port':80}]|100|a|-|is set by a (priority)",
                "firewall:allow|[{'port':22}]|100|[{'port':80}]|100|a|TIE|TIE",
                "sysctl:all|{'x':'1'}|100|{'x':'0'}|101|b|is set by b (priority)|-",
                "sysctl:all|{'x':'1'}|100|{'x':'0'}|100|a|TIE|TIE",
                "sysctl:all|{'x':'1'}|100|{'x':'1'}|100|a|-|-",
            })
    void the_stricter_wins_then_the_priority_and_neither_is_a_tie(
            String setting,
            String one,
            int priority,
            String other,
            int otherPriority,
            String winner,
            @Nullable String told,
            @Nullable String otherTold) {
        Effective effective = merge(line("a", priority, setting, one), line("b", otherPriority, setting, other));

        assertThat(effective.lines()).containsExactly(Map.entry(setting, winner));
        assertThat(effective.targets()).isNotEmpty();
        assertThat(heard(effective, "a", setting, priority)).isEqualTo(told);
        assertThat(heard(effective, "b", setting, priority)).isEqualTo(otherTold);
    }

    @Test
    void of_three_equals_the_first_stands_and_all_are_told_whom_they_meet() {
        Effective effective = merge(
                line("c", 100, "sysctl:all", "3"),
                line("b", 100, "sysctl:all", "2"),
                line("a", 100, "sysctl:all", "1"));

        assertThat(effective.lines()).containsExactly(Map.entry("sysctl:all", "a"));
        assertThat(effective.overridden()).isEmpty();
        assertThat(effective.tied()).containsOnlyKeys("a", "b", "c");
        assertThat(effective.tied().get("a")).hasSize(2);
    }

    private Effective merge(Contribution... lines) {
        DeviceFiles files = new DeviceFiles(root);
        Drivers drivers = new Drivers(List.of(
                new PasswordDriver(files, null),
                new FirewallDriver(files, null, null),
                ModuleDriver.usbStorage(files, null),
                new SimulatedDriver("sysctl")));
        return Effective.of(List.of(lines), drivers, Set.of());
    }

    private static Contribution line(String name, int priority, String setting, String value) {
        List<Setting> settings = List.of(new Setting(setting, json(value)));
        return new Contribution(
                new PolicyRef(name, "1.0.0", "sha256:" + name.repeat(64)),
                priority,
                true,
                settings,
                settings,
                Map.of());
    }

    private static @Nullable String heard(Effective effective, String line, String setting, int priority) {
        List<String> tied = effective.tied().get(line);
        if (tied != null) {
            assertThat(tied)
                    .containsExactly(setting + " is set by a and b to different values with equal priority " + priority
                            + ": a stands, give one a higher priority");
            return "TIE";
        }
        List<String> overridden = effective.overridden().get(line);
        return overridden == null ? null : overridden.getFirst().substring(setting.length() + 1);
    }

    private static JsonNode json(String text) {
        return Json.read(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8), JsonNode.class);
    }
}
