package io.kubemdm.agent.wipe;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Scripts that lie on the device and may be run by name. Used by one thread at a time, beside the agent's own. */
public interface Scripts {

    /** A device without any. */
    Scripts NONE = new Scripts() {
        @Override
        public Duration limit() {
            return Duration.ofSeconds(1);
        }

        @Override
        public Ran run(String name, Duration limit) {
            return new Ran(Ran.NOT_RUN, "no such script on this device");
        }
    };

    /**
     * How a script ended.
     *
     * @param code its exit code, {@value #NOT_RUN} when it was not run or did not end in time
     * @param said the end of its output, or why it did not run; at most {@value #MAX_SAID} characters, one line
     */
    record Ran(int code, String said) {

        /** In place of an exit code. */
        public static final int NOT_RUN = -1;

        /** Characters of output that are kept. */
        public static final int MAX_SAID = 400;

        /** For people. */
        String told(String name) {
            return name + ": " + (code == NOT_RUN ? "not run to its end" : "exit " + code)
                    + (said.isEmpty() ? "" : ", " + said);
        }
    }

    /**
     * How the scripts of one order ended.
     *
     * @param failed the first that did not end with 0, null when all did, empty when it cannot be said which
     * @param said for people; null for nothing
     */
    record Ended(@Nullable String failed, @Nullable String said) {}

    /** How long all scripts of one order may take together. */
    Duration limit();

    /** Runs one of them to its end or the limit; an interrupt ends it with its children. */
    Ran run(String name, Duration limit);

    /** Runs several one after another, also after one has failed. */
    default Ended runAll(List<String> names) {
        long end = System.nanoTime() + limit().toNanos();
        List<String> told = new ArrayList<>();
        String failed = null;
        for (String name : names) {
            Duration left = Duration.ofNanos(end - System.nanoTime());
            Ran ran = left.isPositive()
                    ? run(name, left)
                    : new Ran(Ran.NOT_RUN, "the order's time of " + limit().toSeconds() + " s was over");
            told.add(ran.told(name));
            if (ran.code() != 0 && failed == null) {
                failed = name;
            }
        }
        return new Ended(failed, told.isEmpty() ? null : String.join("; ", told));
    }
}
