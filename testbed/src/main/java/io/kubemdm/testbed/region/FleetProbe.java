package io.kubemdm.testbed.region;

import io.kubemdm.testbed.fleet.FleetStatus;
import java.nio.file.Path;

/** How a simulated fleet is, by what it writes: ready when everybody is there. One that ended is not started again. */
final class FleetProbe implements PartProbe {

    private final Path status;
    private boolean wasComplete;

    FleetProbe(Path status) {
        this.status = status;
    }

    @Override
    public void forget() {
        wasComplete = false;
    }

    @Override
    public Verdict ask() {
        FleetStatus said = FleetStatus.read(status);
        if (said != null && said.isAlive() && said.isComplete()) {
            wasComplete = true;
            return Verdict.READY;
        }
        return wasComplete ? Verdict.UNREADY : Verdict.NOT_YET;
    }

    @Override
    public boolean hasFinished() {
        FleetStatus said = FleetStatus.read(status);
        return said != null && !said.isAlive();
    }
}
