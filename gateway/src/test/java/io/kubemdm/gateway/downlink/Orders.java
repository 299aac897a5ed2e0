package io.kubemdm.gateway.downlink;

import io.kubemdm.bus.CompactedTopic;
import io.kubemdm.bus.Topic;
import io.kubemdm.protocol.bundle.BundleContent;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.order.CommandOrder;
import io.kubemdm.protocol.order.CommandType;
import io.kubemdm.protocol.order.DesiredOrder;
import io.kubemdm.protocol.order.WithdrawnOrder;
import io.kubemdm.protocol.trust.JwsType;
import io.kubemdm.protocol.trust.Signer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Records of the order topics, as dispatch writes them. */
public final class Orders {

    private final Signer signer;
    private CompactedTopic.@Nullable Entry last;
    private long offset;

    /** Signed by this key. */
    public Orders(Signer signer) {
        this.signer = signer;
    }

    /** A desired order with no policies. */
    public CompactedTopic.Entry desired(DeviceId device, long epoch, long seq) {
        return entry(
                Topic.DESIRED,
                device.toString(),
                signer.sign(JwsType.DESIRED, new DesiredOrder(device, epoch, seq, Instant.now(), List.of(), 300)));
    }

    /** A command. */
    public CompactedTopic.Entry command(
            DeviceId device, long epoch, String id, long seq, CommandType type, Instant notAfter) {
        return entry(
                Topic.COMMANDS,
                device + "/" + id,
                signer.sign(
                        JwsType.COMMAND,
                        new CommandOrder(id, device, epoch, seq, "nonce", Instant.now(), notAfter, type, Map.of())));
    }

    /** What takes a command back. */
    public CompactedTopic.Entry withdrawal(DeviceId device, long epoch, String id, Instant notAfter) {
        return entry(
                Topic.COMMANDS,
                device + "/" + id,
                signer.sign(JwsType.WITHDRAWN, new WithdrawnOrder(id, device, epoch, Instant.now(), notAfter)));
    }

    /** A bundle. */
    public CompactedTopic.Entry bundle(BundleContent content) {
        return entry(Topic.BUNDLES, content.digest(), signer.sign(JwsType.BUNDLE, content.canonical()));
    }

    /** A small one. */
    public static BundleContent content(String version) {
        return new BundleContent("base", version, null, null, null, null, null, null, null, null);
    }

    /** The record made last. */
    public CompactedTopic.Entry last() {
        return Objects.requireNonNull(last);
    }

    /** Any record; null is a tombstone. */
    public CompactedTopic.Entry entry(Topic topic, String key, @Nullable String value) {
        last = new CompactedTopic.Entry(
                topic, key, value == null ? null : value.getBytes(StandardCharsets.UTF_8), 3, offset++, Instant.now());
        return last;
    }
}
