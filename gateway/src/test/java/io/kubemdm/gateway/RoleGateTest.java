package io.kubemdm.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import org.junit.jupiter.api.Test;

class RoleGateTest {

    @Test
    void in_role_channel_the_main_server_listens_with_its_tls_files() {
        SmallRyeConfig config = with("channel");

        assertThat(config.getValue("quarkus.http.host-enabled", Boolean.class)).isTrue();
        assertThat(config.getConfigValue("quarkus.http.tls-configuration-name").getValue())
                .isEqualTo("channel");
        assertThat(config.getPropertyNames()).contains("quarkus.tls.channel.protocols");
    }

    @Test
    void in_other_roles_the_main_server_neither_listens_nor_asks_for_tls_files() {
        SmallRyeConfig config = with("enroll,bridge");

        assertThat(config.getValue("quarkus.http.host-enabled", Boolean.class)).isFalse();
        assertThat(config.getConfigValue("quarkus.http.tls-configuration-name").getValue())
                .isNull();
        assertThat(config.getPropertyNames()).noneMatch(name -> name.startsWith("quarkus.tls.channel."));
    }

    @Test
    void an_unknown_role_is_an_error_that_names_the_roles_there_are() {
        assertThatThrownBy(() -> with("chanel").getValue("quarkus.http.host-enabled", Boolean.class))
                .hasMessageContaining("'chanel' is no role; choose from channel, enroll, bridge");
    }

    private static SmallRyeConfig with(String roles) {
        return new SmallRyeConfigBuilder()
                .withInterceptors(new RoleGate())
                .withDefaultValue("kubemdm.roles", roles)
                .withDefaultValue("quarkus.http.tls-configuration-name", "channel")
                .withDefaultValue("quarkus.tls.channel.protocols", "TLSv1.3")
                .build();
    }
}
