package io.kubemdm.testbed.channel;

import io.kubemdm.bus.Principal;
import io.kubemdm.bus.Topic;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.trust.JwsType;
import io.kubemdm.testbed.broker.Broker;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A real broker with the real access list, an installation's keys, and the gateways and devices of single tests. */
final class ChannelStage implements AutoCloseable {

    private final Path dir;
    private final Broker broker;
    private final Records records;
    private final Installation installation;
    private final List<AutoCloseable> opened = new ArrayList<>();

    ChannelStage(Path dir, int partitions) {
        this.dir = dir;
        this.broker = broker("kafka", partitions);
        this.records = new Records(broker);
        this.installation = Installation.lay(dir.resolve("keys"));
    }

    Broker broker() {
        return broker;
    }

    Records records() {
        return records;
    }

    Installation installation() {
        return installation;
    }

    /** Another one, which the caller closes. */
    Broker broker(String folder, int partitions) {
        return Broker.start(
                dir.resolve(folder),
                Arrays.stream(Principal.values()).map(Principal::user).collect(Collectors.toSet()),
                partitions);
    }

    /** Starts the gateway's program in role channel; the caller awaits and closes it. */
    GatewayProcess gateway(String replica, Map<String, String> more) {
        return gateway(broker, replica, more);
    }

    GatewayProcess gateway(Broker at, String replica, Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(installation.settings());
        settings.put("kubemdm.roles", "channel");
        settings.putAll(more);
        return GatewayProcess.start(dir, replica, at.accessFor(Principal.GATEWAY), settings, Map.of());
    }

    /** A device's certificate, which is in the ledger. */
    Installation.Holder enrolled(DeviceId device) {
        Installation.Holder holder = installation.device(device);
        list(holder, device, 1);
        return holder;
    }

    /** Writes a certificate into the ledger. */
    void list(Installation.Holder holder, DeviceId device, long epoch) {
        records.put(
                Principal.ENROLL, Topic.CERTIFICATES, holder.fingerprint(), installation.entry(holder, device, epoch));
    }

    /** Writes what the operator signs. */
    void sign(Topic topic, String key, JwsType type, Object order) {
        records.put(Principal.OPERATOR, topic, key, installation.orders().sign(type, order));
    }

    /** A device that has not said anything yet. */
    WireAgent connect(Installation.Holder holder, GatewayProcess gateway) {
        return opened(new WireAgent(installation.client(holder), gateway.channelPort()));
    }

    /** Is closed with the test, the last one first. */
    <T extends AutoCloseable> T opened(T each) {
        opened.addFirst(each);
        return each;
    }

    /** Closes what a test opened. */
    void closeOpened() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
        opened.clear();
    }

    @Override
    public void close() {
        records.close();
        broker.close();
    }
}
