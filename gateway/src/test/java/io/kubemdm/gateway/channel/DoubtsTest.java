package io.kubemdm.gateway.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.protocol.device.DeviceId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class DoubtsTest {

    private static final DeviceId A = DeviceId.parse("acme/a");
    private static final DeviceId B = DeviceId.parse("acme/b");
    private static final DeviceId C = DeviceId.parse("acme/c");

    private final List<CompletableFuture<Void>> asked = new ArrayList<>();
    private final List<DeviceId> looked = new ArrayList<>();
    private final Doubts doubts = new Doubts(this::ask, looked::add);

    private CompletableFuture<Void> ask() {
        asked.add(new CompletableFuture<>());
        return asked.getLast();
    }

    @Test
    void looks_once_the_commands_are_known_and_asks_once_for_all_that_came_meanwhile() {
        doubts.add(A);
        doubts.add(B);
        doubts.add(C);
        assertThat(looked).isEmpty();

        asked.get(0).complete(null);
        assertThat(looked).containsExactly(A);
        asked.get(1).complete(null);

        assertThat(looked).containsExactly(A, B, C);
        assertThat(asked).hasSize(2);
    }

    @Test
    void looks_without_an_answer_of_kafka_too() {
        doubts.add(A);
        asked.get(0).completeExceptionally(new IllegalStateException("away"));
        doubts.add(B);
        asked.get(1).complete(null);

        assertThat(looked).containsExactly(A, B);
    }
}
