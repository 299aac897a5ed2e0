package io.kubemdm.operator.dispatch;

import io.kubemdm.bus.DeadLetter;
import io.kubemdm.bus.EnvelopeBinding;
import io.kubemdm.bus.Topic;
import io.kubemdm.protocol.bundle.BundleContent;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.ledger.Revocation;
import io.kubemdm.protocol.message.Envelope;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.message.Report;
import io.kubemdm.protocol.order.CommandOrder;
import io.kubemdm.protocol.order.DesiredOrder;
import io.kubemdm.protocol.order.WithdrawnOrder;
import io.kubemdm.protocol.trust.JwsType;
import io.kubemdm.protocol.trust.Signer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.ToIntFunction;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * What must be on record together: all of it or none. Signs as it is filled, on the caller's thread; one caller at a
 * time.
 */
public final class Batch {

    /** Where batches get what they need from. */
    record Tools(
            Signer signer, Clock clock, ToIntFunction<DeviceId> commandPartition, Issued issued, Decisions decisions) {}

    private final Tools tools;
    private final List<ProducerRecord<String, byte[]>> records = new ArrayList<>();
    private final List<Runnable> effects = new ArrayList<>();

    Batch(Tools tools) {
        this.tools = tools;
    }

    /** A desired order. */
    public Batch desired(DesiredOrder order) {
        add(Topic.DESIRED, order.device().toString(), tools.signer().sign(JwsType.DESIRED, order));
        effects.add(() -> tools.issued().put(order));
        return this;
    }

    /** A command. */
    public Batch command(CommandOrder order) {
        addCommand(order.device(), order.id(), bytes(tools.signer().sign(JwsType.COMMAND, order)));
        effects.add(() -> tools.issued().put(order));
        return this;
    }

    /** Takes a command back: its withdrawal stands in its place. */
    public Batch withdraw(WithdrawnOrder order) {
        addCommand(order.device(), order.id(), bytes(tools.signer().sign(JwsType.WITHDRAWN, order)));
        effects.add(() -> tools.issued().put(order));
        return this;
    }

    /** Removes a command or its withdrawal; only after its {@code notAfter}. */
    public Batch forgetCommand(DeviceId device, String id) {
        addCommand(device, id, null);
        effects.add(() -> tools.issued().forget(device, id));
        return this;
    }

    /** A bundle's artefact. */
    public Batch bundle(BundleContent content) {
        byte[] canonical = content.canonical();
        add(Topic.BUNDLES, content.digest(), tools.signer().sign(JwsType.BUNDLE, canonical));
        return this;
    }

    /** Voids what was issued to a device before a moment. */
    public Batch revoke(Revocation revocation) {
        add(Topic.REVOCATIONS, revocation.device().toString(), tools.signer().sign(JwsType.REVOCATION, revocation));
        effects.add(() -> tools.issued().put(revocation));
        return this;
    }

    /** A report to the engine. */
    public Batch report(DeviceId device, long epoch, Report body) {
        records.add(EnvelopeBinding.toRecord(
                Topic.REPORTS.topicName(),
                new Envelope<>(
                        UUID.randomUUID().toString(),
                        "/operator",
                        device,
                        tools.clock().instant(),
                        epoch,
                        MessageId.NONE,
                        null,
                        body)));
        return this;
    }

    /** What is to be remembered of an object. */
    public Batch decide(DecisionKey key, Record decision) {
        records.add(new ProducerRecord<>(Topic.DECISIONS.topicName(), key.toString(), Json.write(decision)));
        effects.add(() -> tools.decisions().put(key, decision));
        return this;
    }

    /** Nothing is to be remembered of an object any more. */
    public Batch forget(DecisionKey key) {
        records.add(new ProducerRecord<>(Topic.DECISIONS.topicName(), key.toString(), null));
        effects.add(() -> tools.decisions().forget(key));
        return this;
    }

    /** A demand for measurements, or with null that one or a measurement is over. */
    public Batch analysis(String key, byte @Nullable [] value) {
        records.add(new ProducerRecord<>(Topic.ANALYSIS.topicName(), key, value));
        return this;
    }

    /** Something is set aside for people. */
    public Batch setAside(DeadLetter letter) {
        records.add(letter.toRecord());
        return this;
    }

    /** Whether there is nothing to send. */
    public boolean isEmpty() {
        return records.isEmpty();
    }

    List<ProducerRecord<String, byte[]>> records() {
        return records;
    }

    void committed() {
        effects.forEach(Runnable::run);
    }

    private void add(Topic topic, String key, String jws) {
        records.add(new ProducerRecord<>(topic.topicName(), key, bytes(jws)));
    }

    private void addCommand(DeviceId device, String id, byte @Nullable [] value) {
        records.add(new ProducerRecord<>(
                Topic.COMMANDS.topicName(), tools.commandPartition().applyAsInt(device), device + "/" + id, value));
    }

    private static byte[] bytes(String jws) {
        return jws.getBytes(StandardCharsets.US_ASCII);
    }
}
