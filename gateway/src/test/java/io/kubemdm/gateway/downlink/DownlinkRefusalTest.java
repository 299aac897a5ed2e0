package io.kubemdm.gateway.downlink;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.bus.CompactedTopic;
import io.kubemdm.bus.Topic;
import io.kubemdm.gateway.TestPki;
import io.kubemdm.protocol.bundle.BundleContent;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.order.CommandType;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Records that are no order for anybody. */
class DownlinkRefusalTest extends DownlinkFixture {

    @Test
    void an_order_of_a_foreign_key_is_a_dead_letter_and_the_one_before_stays() {
        downlink.accept(orders.desired(DEVICE, 1, 4));
        downlink.accept(forged.desired(DEVICE, 1, 5));

        assertThat(delivered).hasSize(1);
        assertThat(downlink.issued(DEVICE, 1).desiredSeq()).isEqualTo(4);
        assertThat(dead).singleElement().satisfies(letter -> {
            assertThat(letter.topic()).isEqualTo("mdm.desired");
            assertThat(letter.reason()).startsWith("UnknownKey");
            assertThat(letter.partition()).isEqualTo(3);
        });
    }

    static Stream<Arguments> poison() {
        Orders orders = new Orders(PKI.orders());
        CompactedTopic.Entry desired = orders.desired(DEVICE, 1, 1);
        CompactedTopic.Entry command = orders.command(DEVICE, 1, "a", 1, CommandType.Lock, LATER);
        BundleContent content = Orders.content("1.0.0");
        CompactedTopic.Entry bundle = orders.bundle(content);
        String bundleJws = new String(bundle.value(), StandardCharsets.UTF_8);
        String desiredJws = new String(desired.value(), StandardCharsets.UTF_8);
        String commandJws = new String(command.value(), StandardCharsets.UTF_8);
        return Stream.of(
                Arguments.of("desired: not a JWS", orders.entry(Topic.DESIRED, "acme/d-1", "rubbish")),
                Arguments.of("desired: empty", orders.entry(Topic.DESIRED, "acme/d-1", "")),
                Arguments.of("desired: key is no device", orders.entry(Topic.DESIRED, "Not A Device", desiredJws)),
                Arguments.of("desired: for another device", orders.entry(Topic.DESIRED, "acme/d-9", desiredJws)),
                Arguments.of("desired: signed as something else", orders.entry(Topic.DESIRED, "acme/d-1", commandJws)),
                Arguments.of("command: rubbish", orders.entry(Topic.COMMANDS, "acme/d-1/a", "a.b.c")),
                Arguments.of("command: key without id", orders.entry(Topic.COMMANDS, "acme/d-1", commandJws)),
                Arguments.of("command: another id", orders.entry(Topic.COMMANDS, "acme/d-1/b", commandJws)),
                Arguments.of("command: a desired order", orders.entry(Topic.COMMANDS, "acme/d-1/a", desiredJws)),
                Arguments.of("bundle: rubbish", orders.entry(Topic.BUNDLES, content.digest(), "\0\1")),
                Arguments.of("bundle: key is no digest", orders.entry(Topic.BUNDLES, "base", bundleJws)),
                Arguments.of(
                        "bundle: another digest",
                        orders.entry(Topic.BUNDLES, Orders.content("2.0.0").digest(), bundleJws)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void poison(String name, CompactedTopic.Entry entry) {
        downlink.accept(entry);
        downlink.accept(orders.desired(DEVICE, 1, 7));

        assertThat(dead).singleElement().satisfies(letter -> {
            assertThat(letter.offset()).isEqualTo(entry.offset());
            assertThat(letter.value()).isEqualTo(entry.value());
            assertThat(letter.reader()).isEqualTo("kubemdm-gateway");
        });
        assertThat(delivered).hasSize(1);
    }

    @Test
    void a_bundle_of_a_foreign_key_is_not_handed_out() {
        CompactedTopic.Entry bundle = forged.bundle(Orders.content("1.0.0"));
        downlink.accept(bundle);

        assertThat(downlink.bundle(bundle.key())).isCompletedExceptionally();
    }

    static Stream<Arguments> refused() {
        Orders orders = new Orders(PKI.orders());
        Orders forged = new Orders(TestPki.create().orders());
        DeviceId other = DeviceId.parse("acme/d-2");
        CommandType wipe = CommandType.FullWipe;
        return Stream.of(
                Arguments.of(
                        "earlier epoch", OrderRefusal.EarlierEpoch, orders.command(DEVICE, 0, "b", 9, wipe, LATER)),
                Arguments.of(
                        "signed for another device",
                        OrderRefusal.OtherDevice,
                        moved(orders.command(other, 1, "b", 9, wipe, LATER), DEVICE + "/b")),
                Arguments.of(
                        "signed under another id",
                        OrderRefusal.OtherId,
                        moved(orders.command(DEVICE, 1, "c", 9, wipe, LATER), DEVICE + "/b")),
                Arguments.of("expired", OrderRefusal.Expired, orders.command(DEVICE, 1, "b", 9, wipe, PAST)),
                Arguments.of("unknown key", OrderRefusal.UnknownKey, forged.command(DEVICE, 1, "b", 9, wipe, LATER)),
                Arguments.of(
                        "changed after signing",
                        OrderRefusal.BadSignature,
                        changed(orders.command(DEVICE, 1, "b", 9, wipe, LATER))),
                Arguments.of(
                        "signed as a desired order",
                        OrderRefusal.WrongType,
                        moved(orders.desired(DEVICE, 1, 9), Topic.COMMANDS, DEVICE + "/b")),
                Arguments.of(
                        "an old counter", OrderRefusal.StaleCounter, orders.command(DEVICE, 1, "b", 4, wipe, LATER)),
                Arguments.of(
                        "the standing command once more",
                        OrderRefusal.StaleCounter,
                        orders.command(DEVICE, 1, "a", 4, wipe, LATER)),
                Arguments.of(
                        "rubbish", OrderRefusal.Malformed, orders.entry(Topic.COMMANDS, DEVICE + "/b", "rubbish")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refused(String name, OrderRefusal reason, CompactedTopic.Entry entry) {
        Orders earlier = new Orders(PKI.orders());
        CompactedTopic.Entry standing = earlier.command(DEVICE, 1, "a", 4, CommandType.Lock, LATER);
        downlink.accept(at(standing, 0));

        downlink.accept(at(entry, 1));

        assertThat(delivered).as("only what stood before").hasSize(1);
        assertThat(downlink.pending(DEVICE, 1, 0)).isEqualTo(delivered);
        assertThat(dead).singleElement().satisfies(letter -> assertThat(letter.reason())
                .startsWith(reason.name() + ": "));
        assertThat(registry.get("kubemdm.downlink.refused")
                        .tag("reason", reason.name())
                        .tag("topic", "mdm.commands")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void a_withdrawn_command_that_is_written_again_stays_withdrawn() {
        CompactedTopic.Entry command = orders.command(DEVICE, 1, "a", 1, CommandType.FullWipe, LATER);
        downlink.accept(command);
        downlink.accept(orders.withdrawal(DEVICE, 1, "a", LATER));

        downlink.accept(at(command, 7));
        downlink.accept(at(orders.command(DEVICE, 1, "a", 2, CommandType.FullWipe, LATER), 8));

        assertThat(downlink.pending(DEVICE, 1, 0)).hasOnlyElementsOfType(Order.Withdrawal.class);
        assertThat(dead).hasSize(2).allSatisfy(letter -> assertThat(letter.reason())
                .startsWith("Withdrawn"));
    }

    @Test
    void removing_a_withdrawal_before_its_command_ends_revives_nothing() {
        CompactedTopic.Entry command = orders.command(DEVICE, 1, "a", 1, CommandType.FullWipe, LATER);
        downlink.accept(command);
        downlink.accept(orders.withdrawal(DEVICE, 1, "a", LATER));
        downlink.accept(orders.entry(Topic.COMMANDS, DEVICE + "/a", null));

        downlink.accept(at(command, 7));

        assertThat(downlink.hasOpenWipe(DEVICE, 1)).isFalse();
    }

    private static CompactedTopic.Entry moved(CompactedTopic.Entry entry, String key) {
        return moved(entry, entry.topic(), key);
    }

    private static CompactedTopic.Entry moved(CompactedTopic.Entry entry, Topic topic, String key) {
        return new CompactedTopic.Entry(
                topic, key, entry.value(), entry.partition(), entry.offset(), entry.timestamp());
    }

    /** Its payload says another counter than was signed. */
    private static CompactedTopic.Entry changed(CompactedTopic.Entry entry) {
        String[] parts = new String(entry.value(), StandardCharsets.UTF_8).split("\\.", -1);
        String payload = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
        String other = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(payload.replace("\"seq\":9", "\"seq\":8").getBytes(StandardCharsets.UTF_8));
        return new CompactedTopic.Entry(
                entry.topic(),
                entry.key(),
                (parts[0] + "." + other + "." + parts[2]).getBytes(StandardCharsets.UTF_8),
                entry.partition(),
                entry.offset(),
                entry.timestamp());
    }
}
