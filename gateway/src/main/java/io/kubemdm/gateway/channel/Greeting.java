package io.kubemdm.gateway.channel;

import io.kubemdm.protocol.message.Hello;
import io.kubemdm.protocol.message.SessionOpened;
import io.kubemdm.protocol.order.DesiredOrder;
import java.time.Duration;
import java.time.Instant;

/** Reads a {@link Hello}: whether it is fit to be kept, and what the engine is told of it. */
final class Greeting {

    private static final int MAX_NAME = 64;
    private static final int MAX_OS = 128;
    private static final int SKEW_STEP = 30;

    /** The largest step that an int holds: 68 years. */
    private static final int MAX_SKEW = 2_147_483_640;

    private Greeting() {}

    /** Whether names are short and counters are counters. */
    static boolean isSane(Hello hello) {
        return hello.agentVersion().length() <= MAX_NAME
                && hello.osVersion().length() <= MAX_OS
                && hello.platform().length() <= MAX_NAME
                && isCounter(hello.boot())
                && hello.boot() >= 1
                && isCounter(hello.session())
                && isCounter(hello.desiredSeq())
                && isCounter(hello.commandSeq());
    }

    /** The engine's version of it. */
    static SessionOpened opened(Hello hello, Holder holder, SessionParts parts, Instant now) {
        return new SessionOpened(
                hello.agentVersion(),
                hello.osVersion(),
                hello.platform(),
                hello.boot(),
                hello.session(),
                hello.desiredSeq(),
                hello.commandSeq(),
                skew(hello.clock(), now),
                parts.gateway(),
                parts.region(),
                holder.fingerprint(),
                holder.notAfter());
    }

    /** Device time minus server time in seconds, to the nearest step of 30, so that jitter is no event. */
    static int skew(Instant device, Instant server) {
        double seconds;
        try {
            seconds = Duration.between(server, device).toSeconds();
        } catch (ArithmeticException e) {
            seconds = device.isAfter(server) ? Integer.MAX_VALUE : Integer.MIN_VALUE;
        }
        return (int) Math.clamp(Math.rint(seconds / SKEW_STEP) * SKEW_STEP, -MAX_SKEW, MAX_SKEW);
    }

    private static boolean isCounter(long value) {
        return value >= 0 && value <= DesiredOrder.MAX_SEQ;
    }
}
