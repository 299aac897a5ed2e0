package io.kubemdm.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubemdm.protocol.device.DeviceId;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenRequestTest {

    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String GOOD =
            "grant_type=client_credentials&client_id=acme%2Fd-1&resource=https%3A%2F%2Fwiki.example";

    private static TokenRequest read(String body) throws TokenRequest.Bad {
        return TokenRequest.read(FORM, body.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void a_request_is_read() throws TokenRequest.Bad {
        assertThat(read(GOOD)).isEqualTo(new TokenRequest("acme/d-1", "https://wiki.example"));
        assertThat(TokenRequest.read(FORM + "; charset=UTF-8", GOOD.getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(read(GOOD));
    }

    @ParameterizedTest
    @CsvSource({
        "BadRequest, ''",
        "BadRequest, grant_type=client_credentials&resource=https://a",
        "BadRequest, grant_type=client_credentials&client_id=a&client_id=b&resource=https://a",
        "BadRequest, grant_type=client_credentials&client_id=%zz&resource=https://a",
        "BadGrantType, grant_type=password&client_id=a&resource=https://a",
        "BadResource, grant_type=client_credentials&client_id=a",
        "BadResource, grant_type=client_credentials&client_id=a&resource=https://a&resource=https://b",
        "BadResource, grant_type=client_credentials&client_id=a&resource=wiki",
        "BadResource, grant_type=client_credentials&client_id=a&resource=https://a%23b",
        "BadResource, grant_type=client_credentials&client_id=a&resource=https://a%0d%0ab"
    })
    void what_is_not_one_is_refused(Refusal refusal, String body) {
        assertThatThrownBy(() -> read(body))
                .isInstanceOfSatisfying(
                        TokenRequest.Bad.class, bad -> assertThat(bad.refusal()).isEqualTo(refusal));
    }

    @Test
    void rubbish_is_refused_and_never_more_than_that() {
        RandomGenerator random = new java.util.Random(6);
        for (int run = 0; run < 2_000; run++) {
            byte[] body = new byte[random.nextInt(TokenRequest.MAX_BYTES)];
            random.nextBytes(body);
            assertThatThrownBy(() -> TokenRequest.read(FORM, body)).isInstanceOf(TokenRequest.Bad.class);
        }
    }

    @Test
    void a_device_may_ask_so_often_a_minute_and_others_are_not_its_victims() {
        AtomicLong now = new AtomicLong();
        RequestRate rate = new RequestRate(3, now::get);
        DeviceId one = DeviceId.parse("acme/d-1");

        for (int request = 0; request < 3; request++) {
            assertThat(rate.admits(one)).isTrue();
        }
        assertThat(rate.admits(one)).isFalse();
        assertThat(rate.admits(DeviceId.parse("acme/d-2"))).isTrue();
        now.addAndGet(20_000_000_000L);
        assertThat(rate.admits(one)).isTrue();
        assertThat(rate.admits(one)).isFalse();
    }
}
