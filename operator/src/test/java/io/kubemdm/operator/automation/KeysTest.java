package io.kubemdm.operator.automation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubemdm.operator.https.Refused;
import io.kubemdm.protocol.bundle.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose key opens which tenant's door. */
class KeysTest {

    @TempDir
    private Path secrets;

    private static String hash(String token) {
        return Digest.of(token.getBytes(StandardCharsets.UTF_8)).substring("sha256:".length());
    }

    private AutomationSettings settings(Map<String, List<String>> tokens) {
        return new AutomationSettings(
                "127.0.0.1", 0, secrets.resolve("crt"), secrets.resolve("key"), secrets, tokens, null, "system");
    }

    @Test
    void eachTenantsTokensAreItsOwn() {
        Keys keys =
                new Keys(settings(Map.of("acme", List.of(hash("old"), hash("new")), "globex", List.of(hash("other")))));
        assertThatCode(() -> keys.admit("acme", "Bearer old")).doesNotThrowAnyException();
        assertThatCode(() -> keys.admit("acme", "bearer new")).doesNotThrowAnyException();
        for (String tenant : List.of("globex", "nobody")) {
            assertThatThrownBy(() -> keys.admit(tenant, "Bearer old")).isInstanceOf(Refused.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Bearer", "Bearer ", "Basic b2xk", "Bearer OLD", "old"})
    void whatIsNoTokenIsRefused(String header) {
        Keys keys = new Keys(settings(Map.of("acme", List.of(hash("old")))));
        assertThatThrownBy(() -> keys.admit("acme", header))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.status()).isEqualTo(401))
                .hasMessageNotContaining("old");
    }

    @Test
    void aHashThatIsNoneStopsTheStart() {
        assertThatThrownBy(() -> settings(Map.of("acme", List.of("secret"))))
                .hasMessageContaining("kubemdm.automation.tenants.acme.scim-token-sha256")
                .hasMessageNotContaining("'secret'");
    }

    @Test
    void secretsAreReadAnewAndNoMoreThanTwo() throws IOException {
        Keys keys = new Keys(settings(Map.of()));
        assertThat(keys.hookSecrets("acme")).isEmpty();
        Files.writeString(secrets.resolve("acme"), "whsec_a\n\n whsec_b \nwhsec_c\n");
        assertThat(keys.hookSecrets("acme")).containsExactly("whsec_a", "whsec_b");
        Files.writeString(secrets.resolve("acme"), "x".repeat(5_000));
        assertThatThrownBy(() -> keys.hookSecrets("acme")).isInstanceOf(Refused.class);
    }

    @ParameterizedTest
    @CsvSource({
        "/tenants/acme/hooks, Hooks[namespace=acme]",
        "/tenants/acme/scim/v2, Scim[namespace=acme]",
        "/tenants/acme/scim/v2/Users/1, Scim[namespace=acme]",
        "/tenants/acme/hooks/, ",
        "/tenants/../hooks, ",
        "/tenants/ACME/hooks, ",
        "/tenants/a.b/hooks, ",
        "/tenants//hooks, ",
        "/hooks, ",
    })
    void aPathNamesATenantByAnRfc1123Label(String path, String route) {
        if (route == null) {
            assertThatThrownBy(() -> Route.of(path))
                    .isInstanceOfSatisfying(Refused.class, refused -> assertThat(refused.status())
                            .isEqualTo(404));
        } else {
            assertThat(Route.of(path)).hasToString(route);
        }
    }
}
