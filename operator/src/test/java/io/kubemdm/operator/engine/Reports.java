package io.kubemdm.operator.engine;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.message.CertificateRenewed;
import io.kubemdm.protocol.message.CommandAcknowledged;
import io.kubemdm.protocol.message.CommandCancelled;
import io.kubemdm.protocol.message.CommandDelivered;
import io.kubemdm.protocol.message.CommandRequested;
import io.kubemdm.protocol.message.DeviceAssigned;
import io.kubemdm.protocol.message.DeviceDeclared;
import io.kubemdm.protocol.message.DeviceDeprovision;
import io.kubemdm.protocol.message.DeviceEnrolled;
import io.kubemdm.protocol.message.DeviceWipe;
import io.kubemdm.protocol.message.DriftCorrected;
import io.kubemdm.protocol.message.Envelope;
import io.kubemdm.protocol.message.Heartbeat;
import io.kubemdm.protocol.message.Message;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.message.PolicyReported;
import io.kubemdm.protocol.message.ReceiptHandedIn;
import io.kubemdm.protocol.message.SessionClosed;
import io.kubemdm.protocol.message.SessionOpened;
import io.kubemdm.protocol.order.CommandType;
import io.kubemdm.protocol.order.Receipt;
import io.kubemdm.protocol.order.StorageEvidence;
import io.kubemdm.protocol.trust.JwsType;
import io.kubemdm.protocol.trust.Signer;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reports of one device, as services and agents send them. */
final class Reports {

    static final DeviceId DEVICE = DeviceId.parse("corp/d-1");
    static final Instant T0 = Instant.parse("2026-03-01T10:00:00Z");
    static final KeyPair KEY = newKey();
    static final String DIGEST = "sha256:" + "ab".repeat(32);

    private Reports() {}

    static KeyPair newKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static Signer signer(KeyPair key) {
        return new Signer((ECPrivateKey) key.getPrivate(), (ECPublicKey) key.getPublic());
    }

    static Envelope<Message> of(DeviceId device, long epoch, MessageId id, Instant time, Message body) {
        return new Envelope<>("id-" + id, "/test", device, time, epoch, id, null, body);
    }

    static Envelope<Message> service(long epoch, Message body) {
        return of(DEVICE, epoch, MessageId.NONE, T0, body);
    }

    static Envelope<Message> agent(long epoch, long boot, long n, Message body) {
        return of(DEVICE, epoch, new MessageId(boot, n), T0, body);
    }

    static Envelope<Message> enrolled(long epoch) {
        return service(
                epoch,
                new DeviceEnrolled(
                        "sha256:first-" + epoch,
                        T0.plusSeconds(86_400),
                        Base64.getEncoder().encodeToString(KEY.getPublic().getEncoded()),
                        "Linux",
                        "Corporate",
                        Map.of("site", "berlin", "a", "b"),
                        "berlin",
                        "SN-1",
                        null,
                        "ACME"));
    }

    static Envelope<Message> declared(String uid, long generation, String label) {
        return service(
                0,
                new DeviceDeclared(
                        uid,
                        generation,
                        JsonNodeFactory.instance
                                .objectNode()
                                .put("platform", "Linux")
                                .put("weight", 1.0),
                        Map.of("ring", label)));
    }

    static Envelope<Message> renewed(long epoch, String fingerprint) {
        return service(
                epoch,
                new CertificateRenewed(
                        fingerprint,
                        T0.plusSeconds(172_800),
                        Base64.getEncoder().encodeToString(KEY.getPublic().getEncoded())));
    }

    static Envelope<Message> assigned(long epoch, long seq) {
        return service(epoch, new DeviceAssigned(seq, List.of(policy("baseline", "1.0." + seq)), 60));
    }

    static Envelope<Message> unassigned(long epoch, long seq) {
        return service(epoch, new DeviceAssigned(seq, List.of(), 60));
    }

    static Envelope<Message> deprovision(long epoch) {
        return service(epoch, new DeviceDeprovision("hook-1", "Webhook", "leaver-1-d-0", CommandType.SelectiveWipe));
    }

    static Envelope<Message> wipe(long epoch) {
        return service(epoch, new DeviceWipe("hook-2", "Webhook", "lost-wipe-2-d-0", CommandType.FullWipe));
    }

    static Envelope<Message> opened(long epoch, long session, String fingerprint) {
        return opened(epoch, session, fingerprint, 0, 0);
    }

    static Envelope<Message> opened(long epoch, long session, String fingerprint, long desiredSeq, long commandSeq) {
        return service(
                epoch,
                new SessionOpened(
                        "0.1.0",
                        "Debian 12",
                        "Linux",
                        1,
                        session,
                        desiredSeq,
                        commandSeq,
                        44,
                        "gateway-0",
                        "west",
                        fingerprint,
                        T0.plusSeconds(86_400)));
    }

    static Envelope<Message> closed(long epoch, long session) {
        return service(epoch, new SessionClosed(session, "gateway-0", "PeerGone"));
    }

    static Heartbeat heartbeat(int skewSeconds) {
        return new Heartbeat(T0.plusSeconds(skewSeconds), 0, List.of(), Map.of());
    }

    /** One that shows these versions of the line {@code baseline} in force. */
    static Heartbeat heartbeat(int skewSeconds, long desiredSeq, String... versions) {
        return new Heartbeat(
                T0.plusSeconds(skewSeconds),
                desiredSeq,
                Stream.of(versions).map(version -> policy("baseline", version)).toList(),
                Map.of());
    }

    static PolicyRef policy(String line, String version) {
        return new PolicyRef(line, version, DIGEST);
    }

    static PolicyReported reported(String line, String version, PolicyReported.State state, long desiredSeq) {
        return reported(line, version, state, desiredSeq, "as told");
    }

    static PolicyReported reported(
            String line, String version, PolicyReported.State state, long desiredSeq, @Nullable String message) {
        return new PolicyReported(policy(line, version), state, desiredSeq, null, message);
    }

    static DriftCorrected drift() {
        return new DriftCorrected(policy("baseline", "1.0.1"), List.of("files:/etc/motd"));
    }

    static Envelope<Message> requested(long epoch, String id, long seq) {
        return service(epoch, new CommandRequested(id, "lost-laptop", CommandType.Lock, seq, T0.plusSeconds(3_600)));
    }

    static Envelope<Message> delivered(long epoch, String id, long seq) {
        return service(epoch, new CommandDelivered(id, seq, "gateway-0"));
    }

    static Envelope<Message> cancelled(long epoch, String id) {
        return service(epoch, new CommandCancelled(id, "found again"));
    }

    static CommandAcknowledged acknowledged(
            String id, long seq, CommandAcknowledged.@Nullable Refusal refusal, long have) {
        return new CommandAcknowledged(id, seq, refusal, have);
    }

    static Envelope<Message> eraseRequested(long epoch, String id, long seq) {
        return service(
                epoch, new CommandRequested(id, "stolen-laptop", CommandType.FullWipe, seq, T0.plusSeconds(3_600)));
    }

    static ReceiptHandedIn receipt(KeyPair key, DeviceId device, String id, long epoch, long seq) {
        return receipt(key, device, id, epoch, seq, CommandType.Lock, List.of());
    }

    static ReceiptHandedIn erased(String id, long seq, StorageEvidence... storage) {
        return receipt(KEY, DEVICE, id, 1, seq, CommandType.FullWipe, List.of(storage));
    }

    private static ReceiptHandedIn receipt(
            KeyPair key,
            DeviceId device,
            String id,
            long epoch,
            long seq,
            CommandType type,
            List<StorageEvidence> storage) {
        Receipt receipt = new Receipt(
                id,
                device,
                epoch,
                seq,
                type,
                Receipt.Outcome.Completed,
                List.of("screen"),
                storage,
                null,
                null,
                T0.plusSeconds(5));
        return new ReceiptHandedIn(id, signer(key).sign(JwsType.RECEIPT, receipt));
    }
}
