package io.kubemdm.agent.wipe;

import java.util.List;

/** A device that is only a flag: for simulated fleets. It has no data to erase. */
public final class SimulatedActs implements DeviceActs {

    private boolean locked;

    @Override
    public void lock() {
        locked = true;
    }

    @Override
    public void unlock() {
        locked = false;
    }

    @Override
    public boolean isLocked() {
        return locked;
    }

    @Override
    public List<String> companyData() {
        return List.of();
    }

    @Override
    public void erase(String item) {
        throw new IllegalStateException("a simulated device has no " + item);
    }
}
