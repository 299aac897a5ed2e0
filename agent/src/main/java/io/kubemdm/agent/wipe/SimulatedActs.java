package io.kubemdm.agent.wipe;

import io.kubemdm.agent.quarantine.Quarantine;
import io.kubemdm.protocol.message.CommandAcknowledged.Refusal;
import io.kubemdm.protocol.order.CommandType;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A device that is only a flag: for simulated fleets. Its one encrypted device is made up, and it has no other data. */
public final class SimulatedActs implements DeviceActs {

    private final EncryptedStorage storage = new SimulatedStorage();
    private final Quarantine quarantine = new FlaggedQuarantine();
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

    @Override
    public EncryptedStorage storage() {
        return storage;
    }

    @Override
    public Quarantine quarantine() {
        return quarantine;
    }

    @Override
    public Map<CommandType, Refusal> refused() {
        return Map.of();
    }

    @Override
    public void powerOff() {
        // Its agent stops by itself; there is nothing else to turn off.
    }

    @Override
    public String bootId() {
        return "simulated";
    }

    private static final class FlaggedQuarantine implements Quarantine {
        private volatile boolean confined;

        @Override
        public void confine() {
            confined = true;
        }

        @Override
        public void release() {
            confined = false;
        }

        @Override
        public boolean confined() {
            return confined;
        }

        @Override
        public @Nullable String obstacle() {
            return null;
        }
    }
}
