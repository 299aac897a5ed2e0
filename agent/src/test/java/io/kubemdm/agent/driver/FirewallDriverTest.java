package io.kubemdm.agent.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.agent.program.Networks;
import io.kubemdm.agent.program.Nft;
import io.kubemdm.agent.program.Programs;
import io.kubemdm.agent.program.Tools;
import io.kubemdm.agent.store.DeviceFiles;
import io.kubemdm.agent.store.PublicFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In real network namespaces. */
class FirewallDriverTest {

    private static final String VALUE = "{'enabled':true,'allow':[{'port':8022,'source':'10.77.1.0/24'},{'port':8080},"
            + "{'port':53,'protocol':'Udp','source':'10.77.2.2/32'},{'port':81,'source':'0.0.0.0/0'},"
            + "{'port':82,'source':'2001:db8:0:0:1::/80'},{'port':83,'source':'::/0'},{'port':84,'source':'fd00::1/128'}]}";

    @TempDir
    private Path root;

    @Test
    void only_what_is_allowed_comes_in_and_what_the_device_asks_is_answered() {
        try (Networks networks = new Networks()) {
            for (int port : List.of(8022, 8023, 8080)) {
                networks.serve("device", port);
            }
            networks.serve("gate", 8443);
            FirewallDriver driver = driver(networks.nft());
            List<Target> targets = driver.plan(driver.split(Samples.json(VALUE)));
            Map<String, Prior> priors = Samples.set(driver, targets);

            assertThat(targets).hasSize(4).allMatch(target -> driver.holds(target, priors.get(target.name())));
            assertThat(networks.reaches("gate", "10.77.1.1", 8022)).isTrue();
            assertThat(networks.reaches("other", "10.77.2.1", 8022))
                    .as("another network")
                    .isFalse();
            assertThat(networks.reaches("gate", "10.77.1.1", 8023))
                    .as("another port")
                    .isFalse();
            assertThat(networks.reaches("other", "10.77.2.1", 8080)).isTrue();
            assertThat(networks.reaches("device", Networks.GATE, 8443))
                    .as("gateway")
                    .isTrue();
            assertThat(networks.reaches("device", "127.0.0.1", 8023))
                    .as("loopback")
                    .isTrue();
            assertThat(Measured.by(driver).get("firewall"))
                    .isEqualTo(Samples.json("{'enabled':true,'defaultInbound':'Deny','allow':['tcp/8022 from"
                            + " 10.77.1.0/24','tcp/8080','tcp/81 from 0.0.0.0/0','tcp/82 from 2001:db8:0:0:1::/80',"
                            + "'tcp/83 from ::/0','tcp/84 from fd00::1/128','udp/53 from 10.77.2.2/32']}"));

            priors.forEach(driver::restore);
            assertThat(networks.reaches("gate", "10.77.1.1", 8023)).isTrue();
            assertThat(Measured.by(driver).get("firewall")).isEqualTo(Samples.json("{'enabled':false}"));
        }
    }

    @Test
    void a_table_that_somebody_opens_or_deletes_is_put_back_and_other_tables_stay() {
        try (Networks networks = new Networks()) {
            networks.nft(
                    "table inet mine {\n chain input {\n type filter hook input priority 5; policy accept;\n }\n}");
            Nft nft = networks.nft();
            FirewallDriver driver = driver(nft);
            List<Target> targets = driver.plan(driver.split(Samples.json(VALUE)));
            Map<String, Prior> priors = Samples.set(driver, targets);
            Target kernel = targets.getLast();
            Prior prior = priors.get(kernel.name());
            String good = nft.list(FirewallRules.TABLE);

            for (String attack : List.of(
                    "insert rule inet kubemdm input accept",
                    "flush chain inet kubemdm input",
                    "chain inet kubemdm input { policy accept; }\n",
                    "delete table inet kubemdm")) {
                networks.nft(attack);
                assertThat(driver.holds(kernel, prior)).as(attack).isFalse();
                driver.set(kernel, prior);
                assertThat(nft.list(FirewallRules.TABLE)).as(attack).isEqualTo(good);
            }
            FirewallDriver next = driver(nft);
            assertThat(next.holds(kernel, prior))
                    .as("a new process loads it once more")
                    .isFalse();
            next.set(kernel, prior);
            assertThat(nft.list(FirewallRules.TABLE)).isEqualTo(good);
            assertThat(nft.list("inet mine")).contains("filter + 5");
        }
    }

    @Test
    void a_table_of_our_name_that_was_there_before_comes_back_and_the_file_loads_by_itself() {
        try (Networks networks = new Networks()) {
            networks.nft("table inet kubemdm {\n chain older {\n counter accept\n }\n}");
            Nft nft = networks.nft();
            FirewallDriver driver = driver(nft);
            List<Target> targets = driver.plan(driver.split(Samples.json(VALUE)));
            Map<String, Prior> priors = Samples.set(driver, targets);
            String set = nft.list(FirewallRules.TABLE);
            networks.nft("delete table inet kubemdm");

            networks.nft("include \"" + root.resolve("etc/nftables.d/kubemdm.nft") + "\"\n");

            assertThat(nft.list(FirewallRules.TABLE)).isEqualTo(set);
            priors.forEach(driver::restore);
            assertThat(nft.list(FirewallRules.TABLE)).contains("chain older").doesNotContain("chain input");
        }
    }

    @Test
    void systemd_accepts_the_unit_that_loads_the_file_at_boot() {
        String analyze = Tools.need("systemd-analyze");
        Tools.need("nft");
        Samples.firewall.set(root);

        assertThat(Tools.output(
                        List.of(
                                analyze,
                                "verify",
                                "--man=no",
                                root.resolve("etc/systemd/system/kubemdm-firewall.service")
                                        .toString()),
                        ""))
                .isEmpty();
    }

    private FirewallDriver driver(Nft nft) {
        return new FirewallDriver(new DeviceFiles(root), nft, new Programs(new PublicFiles(root)));
    }
}
