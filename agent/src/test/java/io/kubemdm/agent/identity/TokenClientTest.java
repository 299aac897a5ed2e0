package io.kubemdm.agent.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.agent.identity.TokenClient.Answer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How answers are read. That they come over mutual TLS is the testbed's. */
class TokenClientTest {

    private static Answer read(int status, String body) {
        return TokenClient.read(status, body.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void a_token_is_handed_on_and_never_shown() {
        Answer answer = read(200, "{\"access_token\":\"eyJ\",\"token_type\":\"Bearer\",\"expires_in\":120}");

        assertThat(answer).isEqualTo(new Answer.Token("eyJ", 120));
        assertThat(answer.toString()).doesNotContain("eyJ");
    }

    @Test
    void a_refusal_names_reason_and_rules_without_control_characters() {
        assertThat(read(
                        400,
                        "{\"error\":\"access_denied\",\"error_description\":\"a\\u001b[2Jb\",\"reason\":\"NotCompliant\","
                                + "\"rules\":[\"baseline/settings.password.minLength\"]}"))
                .isEqualTo(
                        new Answer.Refused("NotCompliant", "a [2Jb", List.of("baseline/settings.password.minLength")));
    }

    @Test
    void rubbish_and_outages_are_for_later() {
        assertThat(read(503, "{\"error\":\"temporarily_unavailable\"}")).isInstanceOf(Answer.Later.class);
        assertThat(read(200, "<html>")).isInstanceOf(Answer.Later.class);
        assertThat(read(200, "")).isInstanceOf(Answer.Later.class);
        assertThat(read(200, "{}")).isInstanceOf(Answer.Refused.class);
    }
}
