package io.kubemdm.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** On an event loop whose time the test moves. */
class BeatTimerTest {

    private static final Duration INTERVAL = Duration.ofMinutes(5);

    private final EmbeddedChannel loop = new EmbeddedChannel();
    private long nanos;
    private int beats;
    private final BeatTimer timer = new BeatTimer(loop.eventLoop(), new SplittableRandom(7), () -> nanos, this::beat);

    BeatTimerTest() {
        loop.freezeTime();
    }

    @Test
    void oneIsDueOnceAnInterval() {
        timer.within(INTERVAL);
        pass(INTERVAL.multipliedBy(9).dividedBy(10).minusMillis(1));
        assertThat(beats).isZero();
        pass(INTERVAL.dividedBy(10).plusMillis(1));
        assertThat(beats).isOne();
    }

    @Test
    void whatIsAskedForTogetherIsToldByOneThatKeepsItsDistance() {
        beat();
        for (int i = 0; i < 10; i++) {
            timer.soon();
        }
        pass(BeatTimer.APART.minusMillis(1));
        assertThat(beats).isOne();
        pass(Duration.ofMillis(1));
        assertThat(beats).isEqualTo(2);
        pass(INTERVAL.dividedBy(2));
        assertThat(beats).isEqualTo(2);
    }

    @Test
    void afterAQuietWhileItComesAtOnce() {
        beat();
        pass(Duration.ofMinutes(1));
        timer.soon();
        pass(Duration.ZERO);
        assertThat(beats).isEqualTo(2);
    }

    @Test
    void anotherIntervalDoesNotPutOffOneThatComesSoon() {
        beat();
        timer.soon();
        timer.within(INTERVAL);
        pass(BeatTimer.APART);
        assertThat(beats).isEqualTo(2);
    }

    @Test
    void oneThatCameMeanwhileHasToldIt() {
        timer.soon();
        beat();
        pass(BeatTimer.APART);
        assertThat(beats).isOne();
    }

    @Test
    void stoppedItIsSilent() {
        timer.soon();
        timer.stop();
        pass(INTERVAL);
        assertThat(beats).isZero();
    }

    private void beat() {
        beats++;
        timer.beaten();
        timer.within(INTERVAL);
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
        loop.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
        loop.runScheduledPendingTasks();
    }
}
