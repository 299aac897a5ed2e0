package io.kubemdm.agent.program;

import io.kubemdm.agent.store.PublicFiles;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the machine's programs are; the agent's own {@code PATH} decides nothing. */
public final class Programs {

    private static final List<String> FOLDERS = List.of("/usr/sbin/", "/usr/bin/", "/sbin/", "/bin/");

    private final PublicFiles machine;

    /** Programs below the root of {@code machine}. */
    public Programs(PublicFiles machine) {
        this.machine = machine;
    }

    /** The path of a program, null when it is not installed. */
    public @Nullable String find(String name) {
        return FOLDERS.stream()
                .map(folder -> folder + name)
                .filter(machine::isExecutable)
                .findFirst()
                .orElse(null);
    }

    /** Whether systemd runs this machine (sd_booted(3)). */
    public boolean hasSystemd() {
        return machine.exists("/run/systemd/system");
    }

    /** Whether something is at a path, links followed. */
    public boolean exists(String path) {
        return machine.exists(path);
    }
}
