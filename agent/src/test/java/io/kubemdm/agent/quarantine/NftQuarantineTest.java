package io.kubemdm.agent.quarantine;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.agent.program.Networks;
import io.kubemdm.agent.program.Nft;
import io.kubemdm.agent.store.PublicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In real network namespaces. */
class NftQuarantineTest {

    private static final Peer GATEWAY = new Peer(Networks.GATE, 8443);

    @TempDir
    private Path root;

    @BeforeEach
    void nameServer() throws IOException {
        Files.createDirectories(root.resolve("etc"));
        Files.writeString(
                root.resolve("etc/resolv.conf"), "# rubbish\nnameserver\nnameserver 999.1\nnameserver 10.77.2.2\n");
    }

    @Test
    void only_the_gateway_named_hosts_and_name_servers_are_reachable_and_open_connections_to_others_are_cut() {
        try (Networks networks = new Networks()) {
            for (int port : List.of(8443, 9000)) {
                networks.serve("gate", port);
                networks.serve("other", port);
            }
            networks.serve("other", 53);
            networks.serve("device", 22);
            Networks.Conversation gateway = networks.talk("device", Networks.GATE, 8443);
            Networks.Conversation other = networks.talk("device", Networks.OTHER, 8443);
            assertThat(other.isAnswered()).isTrue();
            Quarantine quarantine = new NftQuarantine(
                    networks.nft(), List.of(GATEWAY, Peer.parse(Networks.OTHER + ":9000")), new PublicFiles(root));
            assertThat(quarantine.confined()).isFalse();

            quarantine.confine();

            assertThat(quarantine.confined()).isTrue();
            assertThat(quarantine.obstacle()).isNull();
            assertThat(gateway.isAnswered())
                    .as("the session that stood goes on")
                    .isTrue();
            assertThat(other.isAnswered()).as("a connection that stood is cut").isFalse();
            assertThat(networks.reaches("device", Networks.GATE, 8443))
                    .as("gateway")
                    .isTrue();
            assertThat(networks.reaches("device", Networks.OTHER, 9000))
                    .as("named host")
                    .isTrue();
            assertThat(networks.reaches("device", Networks.OTHER, 53))
                    .as("name server")
                    .isTrue();
            assertThat(networks.reaches("device", Networks.OTHER, 8443))
                    .as("other")
                    .isFalse();
            assertThat(networks.reaches("device", Networks.GATE, 9000))
                    .as("gateway's other port")
                    .isFalse();
            assertThat(networks.reaches("other", "10.77.2.1", 22)).as("inbound").isFalse();
            assertThat(networks.reaches("gate", "10.77.1.1", 22))
                    .as("inbound from the gateway")
                    .isFalse();
            assertThat(networks.reaches("device", "127.0.0.1", 22))
                    .as("loopback")
                    .isTrue();

            quarantine.release();

            assertThat(quarantine.confined()).isFalse();
            assertThat(networks.reaches("device", Networks.OTHER, 8443)).isTrue();
            assertThat(networks.reaches("other", "10.77.2.1", 22)).isTrue();
        }
    }

    @Test
    void it_outlives_the_agent_is_put_back_when_somebody_opens_it_and_ends_by_another_agent() {
        try (Networks networks = new Networks()) {
            networks.serve("other", 8443);
            Nft nft = networks.nft();
            new NftQuarantine(nft, List.of(GATEWAY), new PublicFiles(root)).confine();

            Quarantine next = new NftQuarantine(nft, List.of(GATEWAY), new PublicFiles(root));
            assertThat(next.confined()).isTrue();
            networks.nft(
                    "add rule inet kubemdm_quarantine output accept\nadd rule inet kubemdm_quarantine input accept");
            assertThat(networks.reaches("device", Networks.OTHER, 8443)).isTrue();
            next.confine();
            assertThat(networks.reaches("device", Networks.OTHER, 8443)).isFalse();
            String listing = nft.list(QuarantineRules.TABLE);
            next.confine();
            assertThat(nft.list(QuarantineRules.TABLE)).isEqualTo(listing);

            next.release();
            next.release();
            assertThat(networks.reaches("device", Networks.OTHER, 8443)).isTrue();
        }
    }

    @Test
    void without_the_program_the_device_is_not_called_cut_off_and_the_reason_is_told() {
        Quarantine quarantine =
                new NftQuarantine(new Nft(List.of("/no/such/nft")), List.of(GATEWAY), new PublicFiles(root));

        quarantine.confine();

        assertThat(quarantine.confined()).isFalse();
        assertThat(quarantine.obstacle()).contains("/no/such/nft cannot be run");
        quarantine.release();
    }
}
