package io.kubemdm.agent;

import java.util.Map;

/**
 * Whether a process is a service of the machine's service manager: systemd started it itself. Its environment alone says
 * nothing, because everything that a user starts in a desktop session inherits {@code INVOCATION_ID} (systemd.exec(5)).
 */
final class InstalledService {

    private static final long SERVICE_MANAGER = 1;

    private InstalledService() {}

    /** Whether this very process is one. */
    static boolean isThisProcess() {
        ProcessHandle self = ProcessHandle.current();
        long parent = self.parent().map(ProcessHandle::pid).orElse(0L);
        return is(System.getenv(), self.pid(), parent);
    }

    /** Whether the process {@code pid} with this environment and parent is one. */
    static boolean is(Map<String, String> environment, long pid, long parent) {
        // Said by systemd since version 248.
        String started = environment.getOrDefault("SYSTEMD_EXEC_PID", String.valueOf(pid));
        return environment.containsKey("INVOCATION_ID")
                && parent == SERVICE_MANAGER
                && started.equals(String.valueOf(pid));
    }
}
