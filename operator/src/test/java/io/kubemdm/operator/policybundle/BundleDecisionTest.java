package io.kubemdm.operator.policybundle;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.operator.policybundle.BundleDecision.Action;
import io.kubemdm.operator.policybundle.BundleDecision.Input;
import io.kubemdm.operator.policybundle.BundleDecision.OnRecord;
import io.kubemdm.operator.policybundle.BundleDecision.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;

class BundleDecisionTest {

    private static final OnRecord PUBLISHED = new OnRecord("base", "uid", "base", "1.0.0", "sha256:1");

    @Test
    void newContentIsPublishedOnce() {
        assertThat(action("uid", "1.0.0", "sha256:1")).isEqualTo(Action.PUBLISH);
        assertThat(action("uid", "1.0.0", "sha256:1", PUBLISHED)).isEqualTo(Action.KEEP);
    }

    @Test
    void theSameContentUnderANewObjectIsAdopted() {
        assertThat(action("later", "1.0.0", "sha256:1", PUBLISHED)).isEqualTo(Action.ADOPT);
    }

    @Test
    void aVersionHasOneContentForEver() {
        BundleDecision other = BundleDecision.decide(
                new Input("copy", "u2", "base", "1.0.0", "sha256:2", null, List.of(PUBLISHED), () -> null, () -> null));
        assertThat(other.action()).isEqualTo(Action.REFUSE);
        assertThat(other.conflict()).isTrue();
        assertThat(other.message()).contains("PolicyBundle base").contains("higher spec.version");
        assertThat(action("later", "1.0.0", "sha256:2", PUBLISHED))
                .as("created again under its name with other content")
                .isEqualTo(Action.REFUSE);
    }

    @Test
    void anotherVersionUnderTheSameNameIsPublished() {
        assertThat(action("later", "1.1.0", "sha256:2", PUBLISHED)).isEqualTo(Action.PUBLISH);
    }

    @Test
    void aProblemRefusesWithItsReason() {
        BundleDecision decision = BundleDecision.decide(new Input(
                "base",
                "uid",
                "base",
                "1.0.0",
                null,
                new Problem("SecretsNotSupported", "no secrets"),
                List.of(),
                () -> null,
                () -> null));
        assertThat(decision.action()).isEqualTo(Action.REFUSE);
        assertThat(decision.reason()).isEqualTo("SecretsNotSupported");
        assertThat(decision.conflict()).isFalse();
    }

    @Test
    void whatIsNotApprovedWaitsAndWhatIsPublishedIsAskedForNoMore() {
        Problem unapproved = new Problem("AwaitingApproval", "kubemdm approve bundle base");
        BundleDecision fresh = BundleDecision.decide(
                new Input("base", "uid", "base", "1.0.0", "sha256:9", null, List.of(), () -> null, () -> unapproved));
        assertThat(fresh.action()).isEqualTo(Action.AWAIT);
        assertThat(fresh.reason()).isEqualTo("AwaitingApproval");

        BundleDecision published = BundleDecision.decide(new Input(
                PUBLISHED.name(),
                "other",
                PUBLISHED.policy(),
                PUBLISHED.version(),
                PUBLISHED.digest(),
                null,
                List.of(PUBLISHED),
                () -> unapproved,
                () -> unapproved));
        assertThat(published.action()).isEqualTo(Action.ADOPT);
    }

    @Test
    void whatCannotBeJudgedIsRefusedBeforeAnybodyIsAsked() {
        BundleDecision decision = BundleDecision.decide(new Input(
                "base",
                "uid",
                "base",
                "1.0.0",
                "sha256:9",
                null,
                List.of(),
                () -> new Problem("InvalidRule", "spec.rules[0].expression 1:1: there is no fact 'x'"),
                () -> new Problem("AwaitingApproval", "kubemdm approve bundle base")));

        assertThat(decision.action()).isEqualTo(Action.REFUSE);
        assertThat(decision.reason()).isEqualTo("InvalidRule");
        assertThat(decision.conflict()).isFalse();
    }

    private static Action action(String uid, String version, String digest, OnRecord... published) {
        return BundleDecision.decide(new Input(
                        "base", uid, "base", version, digest, null, List.of(published), () -> null, () -> null))
                .action();
    }
}
