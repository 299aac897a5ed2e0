package io.kubemdm.gateway.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.gateway.uplink.Uplink;
import io.kubemdm.protocol.message.MessageId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AcknowledgementsTest {

    private final List<MessageId> sent = new ArrayList<>();
    private final Acknowledgements acknowledgements = new Acknowledgements(Runnable::run, this::send);

    private void send() {
        MessageId next = acknowledgements.isLost() ? null : acknowledgements.next();
        if (next != null) {
            sent.add(next);
        }
    }

    private Uplink.Outcome expect(long n) {
        return acknowledgements.expect(id(n));
    }

    private static MessageId id(long n) {
        return new MessageId(1, n);
    }

    @Test
    void aReportIsAcknowledgedOnlyWhenAllBeforeItAreStored() {
        Uplink.Outcome first = expect(1);
        Uplink.Outcome second = expect(2);
        Uplink.Outcome third = expect(3);

        second.stored();
        assertThat(sent).as("the first may still get lost").isEmpty();
        first.stored();
        assertThat(sent).containsExactly(id(2));
        third.stored();
        assertThat(sent).containsExactly(id(2), id(3));
        assertThat(acknowledgements.outstanding()).isZero();
    }

    @Test
    void afterALossNothingIsAcknowledged() {
        Uplink.Outcome first = expect(1);
        Uplink.Outcome second = expect(2);

        first.lost();
        second.stored();

        assertThat(sent).isEmpty();
        assertThat(acknowledgements.isLost()).isTrue();
        assertThat(acknowledgements.outstanding()).isZero();
    }
}
