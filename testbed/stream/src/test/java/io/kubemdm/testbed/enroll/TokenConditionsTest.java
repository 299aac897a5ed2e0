package io.kubemdm.testbed.enroll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kubemdm.crds.Condition;
import io.kubemdm.crds.enrollmenttoken.EnrollmentToken;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What {@code kubectl get met} tells of a token is true, whatever became of it, and costs nothing at rest. */
@ExtendWith(Enrolling.Extension.class)
class TokenConditionsTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    private final Enrolling enrolling;
    private final EnrolRegion region;

    TokenConditionsTest(Enrolling enrolling) {
        this.enrolling = enrolling;
        this.region = enrolling.region();
    }

    @Test
    void kubectlShowsWhetherATokenLetsDevicesInAndWhyNot() {
        Instant soon = Instant.now().plusSeconds(6).truncatedTo(ChronoUnit.SECONDS);
        region.token("shown-open", token -> token);
        region.token("shown-expired", token -> token.expiresAt("2026-01-01T00:00:00Z"));
        region.token("shown-expiring", token -> token.expiresAt(soon.toString()));
        region.token("shown-suspended", token -> token.suspended(true));
        region.token("shown-used", token -> token.maxUses(1));
        assertThat(enrolling
                        .to(enrolling.two())
                        .enrol("shown-used", Requester.request(Requester.newKeys("secp256r1")))
                        .status())
                .isEqualTo(200);
        assertThat(conditions("shown-used"))
                .as("in the same write as the use")
                .contains("Ready=False Exhausted", "Exhausted=True UsedUp", "Expired=False TimeLeft");

        await().atMost(SOON).untilAsserted(() -> assertThat(columns())
                .contains(
                        "shown-open True Open 0",
                        "shown-expired False Expired 0",
                        "shown-expiring False Expired 0",
                        "shown-suspended False Suspended 0",
                        "shown-used False Exhausted 1 1"));
        assertThat(conditions("shown-expiring"))
                .containsExactly("Ready=False Expired", "Exhausted=False Unlimited", "Expired=True TimePassed");
    }

    @Test
    void usesOfAnUnlimitedTokenAreCountedByAllReplicas() {
        region.token("counted", token -> token);
        for (EnrolReplica replica : List.of(enrolling.one(), enrolling.two())) {
            assertThat(enrolling
                            .to(replica)
                            .enrol("counted", Requester.request(Requester.newKeys("secp256r1")))
                            .status())
                    .isEqualTo(200);
        }

        await("uses, which follow half a minute later")
                .atMost(Duration.ofSeconds(90))
                .untilAsserted(() -> assertThat(region.uses("counted")).isEqualTo(2));
        assertThat(conditions("counted")).contains("Ready=True Open", "Exhausted=False Unlimited");
    }

    @Test
    void takingUpASuspendedTokenAgainShowsAndATokenAtRestIsNotWritten() throws Exception {
        region.token("resumed", token -> token.suspended(true));
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(conditions("resumed")).contains("Ready=False Suspended"));

        region.plane()
                .kubectl()
                .run(
                        "patch",
                        "met",
                        "resumed",
                        "-n",
                        EnrolRegion.TENANT,
                        "--type=merge",
                        "-p",
                        "{\"spec\":{\"suspended\":false}}");

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(conditions("resumed")).contains("Ready=True Open"));
        EnrollmentToken settled = token("resumed");
        assertThat(settled.getStatus().observedGeneration())
                .isEqualTo(settled.getMetadata().getGeneration());
        await().during(Duration.ofSeconds(3)).atMost(Duration.ofSeconds(10)).until(() -> token("resumed")
                .getMetadata()
                .getResourceVersion()
                .equals(settled.getMetadata().getResourceVersion()));
    }

    private EnrollmentToken token(String name) {
        return region.plane()
                .client()
                .resources(EnrollmentToken.class)
                .inNamespace(EnrolRegion.TENANT)
                .withName(name)
                .get();
    }

    private List<String> conditions(String name) {
        EnrollmentToken token = token(name);
        return token.getStatus() == null
                ? List.of()
                : token.getStatus().conditions().stream()
                        .map(c -> c.type() + "=" + (c.status() == Condition.Status.True ? "True" : "False") + " "
                                + c.reason())
                        .toList();
    }

    /** Rows of {@code kubectl get met}, their columns one space apart, those of this test only, without times. */
    private List<String> columns() {
        return region.plane()
                .kubectl()
                .run("get", "met", "-n", EnrolRegion.TENANT)
                .lines()
                .filter(line -> line.startsWith("shown-"))
                .map(line -> line.replaceAll("\\s+\\d{4}-.*", "").replaceAll("\\s+", " "))
                .collect(Collectors.toList());
    }
}
