package io.kubemdm.agent.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.message.PolicyReported;
import io.kubemdm.protocol.message.PolicyReported.State;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What two lines that set the same thing become, and what each is told. */
class LinesTogetherTest extends PolicyFixture {

    @Test
    void of_two_lines_the_higher_priority_wins_and_the_other_says_so() {
        PolicyRef low = publish(motd("a", "1.0.0", 10, "low"));
        PolicyRef high = publish(motd("b", "1.0.0", 20, "high"));
        bring(low, high);

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
        bring(one, other);

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
        bring(a, b);
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

    @Test
    void of_two_password_policies_the_stricter_wins_whatever_the_priority() throws IOException {
        PolicyRef strict = publish(bundle("a", "1.0.0", 10, "{'password':{'minLength':14}}"));
        PolicyRef lax = publish(bundle("b", "1.0.0", 900, "{'password':{'minLength':8}}"));
        bring(strict, lax);

        assertThat(Files.readString(root.resolve("etc/security/pwquality.conf")))
                .contains("minlen = 14");
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
}
