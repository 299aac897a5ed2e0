package io.kubemdm.gateway.bridge;

import static io.kubemdm.gateway.bridge.States.T0;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.protocol.device.DeviceId;
import org.junit.jupiter.api.Test;

class WriteQueueTest {

    private static final DeviceId A = DeviceId.parse("acme/a");
    private static final DeviceId B = DeviceId.parse("acme/b");

    private final WriteQueue queue = new WriteQueue();

    @Test
    void urgent_devices_come_first_even_when_named_later() {
        queue.offer(A, false);
        queue.offer(B, true);

        assertThat(queue.poll(T0)).isEqualTo(B);
        assertThat(queue.poll(T0)).isEqualTo(A);
        assertThat(queue.poll(T0)).isNull();
    }

    @Test
    void a_device_named_often_is_looked_at_once() {
        queue.offer(A, false);
        queue.offer(A, true);
        queue.offer(A, false);

        assertThat(queue.size()).isEqualTo(1);
        assertThat(queue.poll(T0)).isEqualTo(A);
        assertThat(queue.poll(T0)).isNull();
    }

    @Test
    void a_device_in_hand_is_given_to_nobody_else_but_not_forgotten() {
        queue.offer(A, false);
        assertThat(queue.poll(T0)).isEqualTo(A);
        queue.offer(A, false);

        assertThat(queue.poll(T0)).isNull();
        queue.done(A);
        assertThat(queue.poll(T0)).isEqualTo(A);
    }

    @Test
    void a_device_named_for_later_comes_then_and_once() {
        queue.offerAt(T0.plusSeconds(10), A, false);
        queue.offerAt(T0.plusSeconds(5), A, false);

        assertThat(queue.poll(T0.plusSeconds(4))).isNull();
        assertThat(queue.poll(T0.plusSeconds(5))).isEqualTo(A);
        queue.done(A);
        assertThat(queue.poll(T0.plusSeconds(11))).isNull();
    }
}
