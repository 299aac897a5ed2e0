package io.kubemdm.testbed.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a child process is started from.
 *
 * @param name what people call it
 * @param command program and arguments
 * @param environment all it sees, apart from PATH, HOME, LANG and TMPDIR, which are inherited unless set here
 * @param directory its working directory; created when absent
 * @param log where both of its outputs are appended
 * @param lifeline whether it may outlive the process that starts it
 */
public record ChildSpec(
        String name,
        List<String> command,
        Map<String, String> environment,
        Path directory,
        Path log,
        Lifeline lifeline) {

    /** What happens to a child when its parent goes. */
    public enum Lifeline {
        /** The kernel kills it with its parent, however the parent ends: nothing is left behind by a test. */
        WITH_PARENT,
        /** It has a session of its own and goes on. */
        DETACHED
    }

    public ChildSpec {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /** The same process with another fate. */
    public ChildSpec with(Lifeline other) {
        return new ChildSpec(name, command, environment, directory, log, other);
    }
}
