package io.kubemdm.testbed.channel;

import com.nimbusds.jose.JWSObject;
import io.kubemdm.bus.Partitions;
import io.kubemdm.bus.Principal;
import io.kubemdm.bus.Topic;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.message.OrderIssued;
import io.kubemdm.protocol.order.CommandOrder;
import io.kubemdm.protocol.order.CommandType;
import io.kubemdm.protocol.order.WithdrawnOrder;
import io.kubemdm.protocol.trust.JwsType;
import io.kubemdm.testbed.broker.Broker;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;

/** What somebody writes to and reads from {@code mdm.commands} who has the operator's password and its key. */
final class ForgedCommands {

    private final Broker broker;
    private final Records records;
    private final Installation installation;
    private final int partitions;

    ForgedCommands(Broker broker, Records records, Installation installation, int partitions) {
        this.broker = broker;
        this.records = records;
        this.installation = installation;
        this.partitions = partitions;
    }

    /** Straight into the topic, as somebody with the operator's password and key would, each device in its partition. */
    void forge(Collection<DeviceId> devices, int each) {
        try (Producer<String, byte[]> producer =
                new KafkaProducer<>(broker.accessFor(Principal.OPERATOR).producer("forger"))) {
            for (int i = 1; i <= each; i++) {
                for (DeviceId device : devices) {
                    var unused = producer.send(record(device, device.name() + "." + i, i, CommandType.FullWipe));
                }
            }
            producer.flush();
        }
    }

    void issue(DeviceId device, String id, long seq, CommandType type) {
        send(record(device, id, seq, type));
    }

    void withdraw(DeviceId device, String id) {
        send(record(
                device,
                id,
                installation
                        .orders()
                        .sign(
                                JwsType.WITHDRAWN,
                                new WithdrawnOrder(
                                        id,
                                        device,
                                        1,
                                        Instant.now(),
                                        Instant.now().plusSeconds(3_600)))));
    }

    ProducerRecord<String, byte[]> record(DeviceId device, String id, long seq, CommandType type) {
        Instant now = Instant.now();
        return record(
                device,
                id,
                installation
                        .orders()
                        .sign(
                                JwsType.COMMAND,
                                new CommandOrder(
                                        id, device, 1, seq, "nonce", now, now.plusSeconds(86_400), type, Map.of())));
    }

    private ProducerRecord<String, byte[]> record(DeviceId device, String id, String jws) {
        return new ProducerRecord<>(
                Topic.COMMANDS.topicName(),
                Partitions.of(device, partitions),
                device + "/" + id,
                jws.getBytes(StandardCharsets.UTF_8));
    }

    private void send(ProducerRecord<String, byte[]> record) {
        try (Producer<String, byte[]> producer =
                new KafkaProducer<>(broker.accessFor(Principal.OPERATOR).producer("forger"))) {
            producer.send(record).get(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    Producer<String, byte[]> transactional() {
        Map<String, Object> settings = broker.accessFor(Principal.OPERATOR).producer("hiding");
        settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, Principal.OPERATOR.prefix() + "-hiding");
        return new KafkaProducer<>(settings);
    }

    List<String> firstInOrder(int count) {
        return records.all(Topic.COMMANDS).stream()
                .sorted(Comparator.<ConsumerRecord<String, byte[]>>comparingLong(ConsumerRecord::timestamp)
                        .thenComparingInt(ConsumerRecord::partition)
                        .thenComparingLong(ConsumerRecord::offset))
                .limit(count)
                .map(each -> each.key().substring(each.key().lastIndexOf('/') + 1))
                .toList();
    }

    /** Lets the broker compact at once, and rolls the device's segment so that it may. */
    void compact(DeviceId device) throws Exception {
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, Topic.COMMANDS.topicName());
        broker.admin()
                .incrementalAlterConfigs(Map.of(
                        topic,
                        Stream.of(
                                        new ConfigEntry("min.compaction.lag.ms", "0"),
                                        new ConfigEntry("min.cleanable.dirty.ratio", "0"),
                                        new ConfigEntry("segment.ms", "1"))
                                .map(each -> new AlterConfigOp(each, AlterConfigOp.OpType.SET))
                                .toList()))
                .all()
                .get(30, TimeUnit.SECONDS);
        for (int i = 0; i < 3; i++) {
            send(record(device, "filler", "rubbish"));
        }
    }

    List<String> types(String key) {
        return records.all(Topic.COMMANDS).stream()
                .filter(each -> key.equals(each.key()))
                .map(each -> parsed(new String(each.value(), StandardCharsets.UTF_8))
                        .getHeader()
                        .getType()
                        .getType())
                .toList();
    }

    static String id(OrderIssued order) {
        return Json.read(parsed(order.jws()).getPayload().toBytes(), CommandOrder.class)
                .id();
    }

    private static JWSObject parsed(String jws) {
        try {
            return JWSObject.parse(jws);
        } catch (ParseException e) {
            throw new AssertionError(e);
        }
    }
}
