package io.kubemdm.gateway.downlink;

import com.nimbusds.jose.JWSObject;
import io.kubemdm.bus.CompactedTopic;
import io.kubemdm.protocol.bundle.Digest;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.json.MalformedJson;
import io.kubemdm.protocol.order.CommandOrder;
import io.kubemdm.protocol.order.DesiredOrder;
import io.kubemdm.protocol.order.WithdrawnOrder;
import io.kubemdm.protocol.trust.JwsType;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import org.jspecify.annotations.Nullable;

/**
 * What a record of {@code mdm.desired}, {@code mdm.commands} or {@code mdm.bundles} says. Reading does not verify: at a
 * gateway's start there are as many orders as devices, and most of those devices are somebody else's.
 */
public sealed interface OrderRecord {

    /** An order stands. */
    record Standing(Order order) implements OrderRecord {}

    /** The device's desired order is gone. */
    record DesiredGone(DeviceId device) implements OrderRecord {}

    /** A command, or its withdrawal, is gone. */
    record CommandGone(DeviceId device, String id) implements OrderRecord {}

    /** A bundle's signed content, {@code jws} null when it is gone. */
    record Bundle(String digest, @Nullable String jws) implements OrderRecord {}

    /** Not an order; the message is a sentence for people. */
    record Poison(OrderRefusal reason, String message) implements OrderRecord {}

    /** The record's key and what was signed do not belong together. */
    final class Mismatch extends IllegalArgumentException {
        private static final long serialVersionUID = 1L;
        private final OrderRefusal reason;

        Mismatch(OrderRefusal reason, String message) {
            super(message);
            this.reason = reason;
        }
    }

    /** Reads a record of one of the three topics; never throws. */
    static OrderRecord of(CompactedTopic.Entry entry) {
        return switch (entry.topic()) {
            case DESIRED -> desired(entry);
            case COMMANDS -> command(entry);
            case BUNDLES -> bundle(entry);
            default -> throw new IllegalArgumentException(entry.topic() + " carries no orders");
        };
    }

    /** Key {@code namespace/device}. */
    private static OrderRecord desired(CompactedTopic.Entry entry) {
        String key = entry.key();
        byte[] value = entry.value();
        try {
            DeviceId device = DeviceId.parse(key);
            if (value == null) {
                return new DesiredGone(device);
            }
            String jws = text(value);
            DesiredOrder order = payload(jws, JwsType.DESIRED, DesiredOrder.class);
            expect(
                    OrderRefusal.OtherDevice,
                    "device",
                    device.toString(),
                    order.device().toString());
            return new Standing(new Order.Desired(device, order.epoch(), order.seq(), source(entry), jws));
        } catch (IllegalArgumentException | MalformedJson e) {
            return poison("not a desired order: ", e);
        }
    }

    /** Key {@code namespace/device/id}. */
    private static OrderRecord command(CompactedTopic.Entry entry) {
        String key = entry.key();
        byte[] value = entry.value();
        try {
            int slash = key.indexOf('/', key.indexOf('/') + 1);
            if (slash < 0) {
                throw new IllegalArgumentException("the key is not namespace/device/id");
            }
            DeviceId device = DeviceId.parse(key.substring(0, slash));
            String id = key.substring(slash + 1);
            return value == null
                    ? new CommandGone(device, id)
                    : new Standing(commandOrWithdrawal(device, id, source(entry), text(value)));
        } catch (IllegalArgumentException | MalformedJson e) {
            return poison("neither a command nor a withdrawal: ", e);
        }
    }

    /** Key {@code sha256:…} of the payload. */
    private static OrderRecord bundle(CompactedTopic.Entry entry) {
        String key = entry.key();
        byte[] value = entry.value();
        try {
            if (!Digest.isDigest(key)) {
                throw new IllegalArgumentException("the key is not sha256: and 64 hexadecimal digits");
            }
            if (value == null) {
                return new Bundle(key, null);
            }
            String jws = text(value);
            JWSObject parsed = parsed(jws);
            expect(OrderRefusal.WrongType, "typ", JwsType.BUNDLE.header(), type(parsed));
            expect(
                    OrderRefusal.OtherDigest,
                    "digest",
                    key,
                    Digest.of(parsed.getPayload().toBytes()));
            return new Bundle(key, jws);
        } catch (IllegalArgumentException | MalformedJson e) {
            return poison("not a bundle: ", e);
        }
    }

    private static Order commandOrWithdrawal(DeviceId device, String id, Order.Source source, String jws) {
        if (JwsType.WITHDRAWN.header().equals(type(parsed(jws)))) {
            WithdrawnOrder order = payload(jws, JwsType.WITHDRAWN, WithdrawnOrder.class);
            expect(
                    OrderRefusal.OtherDevice,
                    "device",
                    device.toString(),
                    order.device().toString());
            expect(OrderRefusal.OtherId, "id", id, order.id());
            return new Order.Withdrawal(device, order.epoch(), id, order.notAfter(), source, jws);
        }
        CommandOrder order = payload(jws, JwsType.COMMAND, CommandOrder.class);
        expect(
                OrderRefusal.OtherDevice,
                "device",
                device.toString(),
                order.device().toString());
        expect(OrderRefusal.OtherId, "id", id, order.id());
        return new Order.Command(device, order.epoch(), id, order.seq(), order.type(), order.notAfter(), source, jws);
    }

    private static <T> T payload(String jws, JwsType type, Class<T> shape) {
        JWSObject parsed = parsed(jws);
        expect(OrderRefusal.WrongType, "typ", type.header(), type(parsed));
        return Json.read(parsed.getPayload().toBytes(), shape);
    }

    private static JWSObject parsed(String jws) {
        try {
            return JWSObject.parse(jws);
        } catch (ParseException e) {
            throw new IllegalArgumentException("not a compact JWS", e);
        }
    }

    private static String type(JWSObject jws) {
        return jws.getHeader().getType() == null
                ? "none"
                : jws.getHeader().getType().getType();
    }

    private static Order.Source source(CompactedTopic.Entry entry) {
        return new Order.Source(entry.partition(), entry.offset());
    }

    private static String text(byte[] value) {
        return new String(value, StandardCharsets.UTF_8);
    }

    private static Poison poison(String what, RuntimeException e) {
        return new Poison(
                e instanceof Mismatch mismatch ? mismatch.reason : OrderRefusal.Malformed, what + e.getMessage());
    }

    private static void expect(OrderRefusal otherwise, String what, String expected, String found) {
        if (!expected.equals(found)) {
            throw new Mismatch(
                    otherwise,
                    what + " is " + (found.length() <= 128 ? found : found.substring(0, 128)) + ", expected "
                            + expected);
        }
    }
}
