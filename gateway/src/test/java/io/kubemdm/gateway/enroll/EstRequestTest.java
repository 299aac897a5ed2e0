package io.kubemdm.gateway.enroll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kubemdm.crds.Platform;
import io.kubemdm.protocol.device.DeviceId;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EstRequestTest {

    @Test
    void a_path_may_carry_the_namespace_as_label() {
        assertThat(EstPath.of("GET", "/.well-known/est/cacerts"))
                .isEqualTo(new EstPath(null, EstPath.Operation.CACERTS));
        assertThat(EstPath.of("POST", "/.well-known/est/acme/simpleenroll"))
                .isEqualTo(new EstPath("acme", EstPath.Operation.SIMPLEENROLL));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/.well-known/est/",
                "/.well-known/est/a/b/cacerts",
                "/.well-known/est/serverkeygen",
                "/.well-known/est/../cacerts"
            })
    void another_path_is_not_found(String path) {
        assertThat(catchThrowableOfType(Refused.class, () -> EstPath.of("GET", path))
                        .refusal()
                        .status())
                .isEqualTo(404);
    }

    @Test
    void another_method_is_not_allowed() {
        assertThat(catchThrowableOfType(Refused.class, () -> EstPath.of("GET", "/.well-known/est/simpleenroll"))
                        .refusal())
                .isEqualTo(new Refusal(405, "simpleenroll takes POST only", null));
    }

    @Test
    void credentials_are_namespace_token_and_secret() {
        Credentials credentials = Credentials.of(basic("acme/laptops:se:cret/"));

        assertThat(credentials).isEqualTo(new Credentials("acme", "laptops", "se:cret/"));
        assertThat(credentials.toString()).doesNotContain("se:cret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"laptops:secret", "acme:a/b", "acme/laptops", "Acme/laptops:x", "acme/../x:y", "/x:y", ""})
    void credentials_of_another_form_are_refused_with_how_to_write_them(String text) {
        Refused refused = catchThrowableOfType(Refused.class, () -> Credentials.of(basic(text)));

        assertThat(refused.refusal().status()).isEqualTo(401);
        assertThat(refused.refusal().message()).contains("namespace/token");
    }

    @Test
    void no_credentials_and_other_schemes_are_refused() {
        assertThat(catchThrowableOfType(Refused.class, () -> Credentials.of(null))
                        .refusal()
                        .status())
                .isEqualTo(401);
        assertThat(catchThrowableOfType(Refused.class, () -> Credentials.of("Bearer x"))
                        .refusal()
                        .status())
                .isEqualTo(401);
        assertThat(catchThrowableOfType(Refused.class, () -> Credentials.of("Basic ???"))
                        .refusal()
                        .status())
                .isEqualTo(401);
    }

    @Test
    void a_device_that_says_nothing_of_itself_is_a_linux_one() {
        assertThat(DeviceClaims.of(header -> null)).isEqualTo(new DeviceClaims(Platform.Linux, null, null, null));
    }

    @Test
    void headers_say_what_the_device_is() {
        Map<String, String> headers = new HashMap<>();
        headers.put("Kubemdm-Platform", "MacOS");
        headers.put("Kubemdm-Serial", " C02X ");
        headers.put("Kubemdm-Model", "Book");
        headers.put("Kubemdm-Vendor", "");

        assertThat(DeviceClaims.of(headers::get)).isEqualTo(new DeviceClaims(Platform.MacOS, "C02X", "Book", null));
    }

    @Test
    void an_unknown_platform_or_an_overlong_serial_number_is_refused_with_the_headers_name() {
        assertThat(catchThrowableOfType(
                        Refused.class, () -> DeviceClaims.of(name -> name.endsWith("Platform") ? "BeOS" : null)))
                .hasMessageContaining("Kubemdm-Platform is none of Linux, Windows");
        assertThat(catchThrowableOfType(
                        Refused.class, () -> DeviceClaims.of(name -> name.endsWith("Serial") ? "x".repeat(65) : null)))
                .hasMessageContaining("Kubemdm-Serial");
    }

    @Test
    void each_enrolment_of_a_device_counts_even_before_the_ledger_says_so() {
        Map<DeviceId, Long> ledger = new HashMap<>();
        Epochs epochs = new Epochs(device -> ledger.getOrDefault(device, 0L));
        DeviceId device = new DeviceId("acme", "d-one");

        assertThat(epochs.next(device)).isEqualTo(1);
        assertThat(epochs.next(device)).isEqualTo(2);
        ledger.put(device, 9L);
        assertThat(epochs.next(device)).isEqualTo(10);
    }

    @Test
    void whoever_is_to_come_again_is_told_when() {
        assertThat(EstReply.of(Refusal.unavailable("not now")).headers()).containsEntry("Retry-After", "5");
        assertThatIllegalArgumentException().isThrownBy(() -> new Refusal(503, "not now", null));
    }

    @Test
    void a_use_that_got_a_device_nothing_is_its_own_once_and_nobody_elses() {
        UnspentUses unspent = new UnspentUses();
        DeviceId device = new DeviceId("acme", "d-one");
        unspent.keep("laptops", device);

        assertThat(unspent.take("laptops", new DeviceId("acme", "d-two"))).isFalse();
        assertThat(unspent.take("phones", device)).isFalse();
        assertThat(unspent.take("laptops", device)).isTrue();
        assertThat(unspent.take("laptops", device)).isFalse();
    }

    private static String basic(String text) {
        return "Basic " + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
