package io.kubemdm.agent.driver;

import io.kubemdm.agent.program.Programs;
import io.kubemdm.agent.program.Subprocess;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What drivers whose files systemd reads ask of it. */
final class Systemd {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private Systemd() {}

    /**
     * Lets it read its units again and restarts those timers that run; does nothing on a machine that it does not run.
     *
     * @param machine null where only files below a root are meant
     */
    static void reload(@Nullable Programs machine, String... timers) {
        String systemctl = machine != null && machine.hasSystemd() ? machine.find("systemctl") : null;
        if (systemctl != null) {
            Subprocess.run(LIMIT, List.of(systemctl, "daemon-reload"));
            for (String timer : timers) {
                Subprocess.run(LIMIT, List.of(systemctl, "try-restart", timer));
            }
        }
    }
}
