package io.kubemdm.agent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WarmCommandTest {

    @Test
    void itConnectsToItselfLikeAnAgent() throws Exception {
        assertThat(new WarmCommand().call()).isZero();
    }
}
