package io.kubemdm.agent.quarantine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PeerTest {

    @ParameterizedTest
    @CsvSource({
        "help.example,help.example,0",
        "help.example:443,help.example,443",
        "10.0.0.1:65535,10.0.0.1,65535",
        "fd00::1,fd00::1,0",
        "[fd00::1],fd00::1,0",
        "[fd00::1]:8443,fd00::1,8443"
    })
    void a_host_stands_alone_or_with_a_port(String text, String host, int port) {
        assertThat(Peer.parse(text)).isEqualTo(new Peer(host, port));
        assertThat(Peer.parse(Peer.parse(text).toString())).isEqualTo(new Peer(host, port));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":443", "a:0", "a:70000", "a:b", "a b", "a;drop", "[fd00::1]x", "[fd00::1]:", "ä"})
    void anything_else_is_refused(String text) {
        assertThatThrownBy(() -> Peer.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void name_servers_are_read_from_whatever_stands_in_resolv_conf() throws java.io.IOException {
        String text = "search x\nnameserver 10.0.0.53\n nameserver fe80::1%eth0 \nnameserver evil;x\nnameserver"
                + "\n#nameserver 10.0.0.54\n\u0000\u0001";

        assertThat(Addresses.servers(text))
                .containsExactly(InetAddress.getByName("10.0.0.53"), InetAddress.getByName("fe80::1"));
        assertThat(Addresses.servers("nameserver 10.0.0.53\n".repeat(1000))).hasSize(8);
    }
}
