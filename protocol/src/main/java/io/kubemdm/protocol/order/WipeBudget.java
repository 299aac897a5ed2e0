package io.kubemdm.protocol.order;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How many commands of one {@link Lane} a namespace may let go in sliding windows of time. Operator and gateways reckon
 * with this one class, so that they agree. It holds no state and asks no clock: the same releases, queue and time give the
 * same answer.
 *
 * <p>Within any window {@code [t, t + length)} at most {@code limit} commands go; the order of the queue is kept, and as
 * every limit is at least 1, everything goes in the end.
 *
 * @param windows all of them hold at once; at least one
 */
public record WipeBudget(List<Window> windows) {

    /** The longest window of {@link Limits#forFleet}: what happened earlier no longer counts. */
    public static final Duration LONGEST = Duration.ofHours(24);

    private static final Duration HOUR = Duration.ofHours(1);

    public WipeBudget {
        windows = List.copyOf(windows);
        if (windows.isEmpty()) {
            throw new IllegalArgumentException("windows: a budget needs at least one");
        }
    }

    /** What is counted together. */
    public enum Lane {
        /** What takes data from a device and cannot be undone. */
        Destructive,
        /** What keeps people from working, and can be undone. */
        Lock;

        /** Which budget a command is charged to, null for one that has none. */
        public static @Nullable Lane of(CommandType type) {
            return switch (type) {
                case Retire, SelectiveWipe, FullWipe, CryptoErase -> Destructive;
                case Lock -> Lane.Lock;
                case Unlock, Remediate -> null;
            };
        }
    }

    /**
     * One sliding window.
     *
     * @param limit most releases in it, at least 1
     * @param length more than zero
     */
    public record Window(int limit, Duration length) {
        public Window {
            if (limit < 1) {
                throw new IllegalArgumentException(
                        "limit: at least 1, or what waits would wait for ever; was " + limit);
            }
            if (length.isZero() || length.isNegative()) {
                throw new IllegalArgumentException("length: more than zero; was " + length);
            }
        }
    }

    /**
     * A lane's limits as an administrator writes them: in 24 hours the larger of {@code atLeast} devices and
     * {@code percent} of the namespace's devices, rounded down, and in one hour {@code perHour}.
     *
     * @param atLeast 1 or more
     * @param percent 0 to 100
     * @param perHour 1 or more
     */
    public record Limits(int atLeast, int percent, int perHour) {

        /** The default of {@link Lane#Destructive}. */
        public static final Limits DESTRUCTIVE = new Limits(3, 1, 10);

        /** The default of {@link Lane#Lock}: a lost bag of laptops is locked at once, a whole company is not. */
        public static final Limits LOCK = new Limits(20, 10, 100);

        /** The default of what policies confine, which is no command: as many as are locked. */
        public static final Limits QUARANTINE = LOCK;

        public Limits {
            if (atLeast < 1) {
                throw new IllegalArgumentException("at-least: 1 or more; was " + atLeast);
            }
            if (percent < 0 || percent > 100) {
                throw new IllegalArgumentException("percent: 0 to 100; was " + percent);
            }
            if (perHour < 1) {
                throw new IllegalArgumentException("per-hour: 1 or more; was " + perHour);
            }
        }

        /** The budget of a namespace with so many devices. */
        public WipeBudget forFleet(int devices) {
            int share = (int) ((long) Math.max(devices, 0) * percent / 100);
            return new WipeBudget(List.of(new Window(Math.max(atLeast, share), LONGEST), new Window(perHour, HOUR)));
        }
    }

    /**
     * Why something waits, in numbers for people.
     *
     * @param limit most releases within {@code window}
     * @param observed releases within the {@code window} that ends now
     */
    public record Reached(int limit, int observed, Duration window) {}

    /**
     * What becomes of a queue.
     *
     * @param go these go now, in order
     * @param held these wait, in order
     * @param next when the first of {@code held} may go, null when none waits
     * @param reached the window that holds it longest, null when none waits
     */
    public record Decision<T>(
            List<T> go,
            List<T> held,
            @Nullable Instant next,
            @Nullable Reached reached) {
        public Decision {
            Objects.requireNonNull(go, "go");
            Objects.requireNonNull(held, "held");
        }
    }

    /**
     * What of a queue may go now, and when the next one may.
     *
     * @param releases when earlier ones went, in any order; those before the longest window change nothing
     * @param waiting first come, first served
     */
    public <T> Decision<T> decide(List<Instant> releases, List<T> waiting, Instant now) {
        List<Instant> gone = new ArrayList<>(releases);
        gone.sort(Comparator.naturalOrder());
        int going = 0;
        while (going < waiting.size() && !earliest(gone, now).isAfter(now)) {
            gone.add(now);
            going++;
        }
        List<T> held = List.copyOf(waiting.subList(going, waiting.size()));
        boolean holds = !held.isEmpty();
        return new Decision<>(
                List.copyOf(waiting.subList(0, going)),
                held,
                holds ? earliest(gone, now) : null,
                holds ? reached(gone, now) : null);
    }

    /**
     * The first moment, not before {@code from}, at which one more may go.
     *
     * @param releases earlier ones, ascending
     */
    public Instant earliest(List<Instant> releases, Instant from) {
        Instant earliest = from;
        for (Window window : windows) {
            Instant free = free(window, releases);
            if (free != null && free.isAfter(earliest)) {
                earliest = free;
            }
        }
        return earliest;
    }

    /**
     * The window that keeps the next one waiting longest, null when none does.
     *
     * @param releases earlier ones, ascending
     */
    public @Nullable Reached reached(List<Instant> releases, Instant now) {
        Instant until = now;
        Window holding = null;
        for (Window window : windows) {
            Instant free = free(window, releases);
            if (free != null && free.isAfter(until)) {
                until = free;
                holding = window;
            }
        }
        if (holding == null) {
            return null;
        }
        Instant since = now.minus(holding.length());
        int observed =
                (int) releases.stream().filter(each -> each.isAfter(since)).count();
        return new Reached(holding.limit(), observed, holding.length());
    }

    /** When the window has room again: once its {@code limit}-th last release has left it. */
    private static @Nullable Instant free(Window window, List<Instant> ascending) {
        int at = ascending.size() - window.limit();
        return at < 0 ? null : ascending.get(at).plus(window.length());
    }
}
