package io.kubemdm.testbed.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.agent.driver.Driver;
import io.kubemdm.agent.driver.Prior;
import io.kubemdm.agent.driver.Setting;
import io.kubemdm.agent.driver.SettingRefused;
import io.kubemdm.agent.driver.SimulatedDriver;
import io.kubemdm.agent.driver.Target;
import java.util.List;
import java.util.function.BooleanSupplier;

/** A simulated driver of a device on which, at times, nothing can be set. */
final class FallibleDriver implements Driver {

    /** The reason that is reported. */
    static final String REASON = "SimulatedFailure";

    private final SimulatedDriver driver;
    private final BooleanSupplier refuses;

    FallibleDriver(String key, BooleanSupplier refuses) {
        this.driver = new SimulatedDriver(key);
        this.refuses = refuses;
    }

    @Override
    public String key() {
        return driver.key();
    }

    @Override
    public List<Setting> split(JsonNode value) {
        return driver.split(value);
    }

    @Override
    public List<Target> plan(List<Setting> effective) {
        return driver.plan(effective);
    }

    @Override
    public boolean holds(Target target, Prior prior) {
        return driver.holds(target, prior);
    }

    @Override
    public void set(Target target, Prior prior) {
        if (refuses.getAsBoolean()) {
            throw new SettingRefused(REASON, "this simulated device cannot apply the bundle: --fail");
        }
        driver.set(target, prior);
    }

    @Override
    public Prior capture(String target) {
        return driver.capture(target);
    }

    @Override
    public void restore(String target, Prior prior) {
        driver.restore(target, prior);
    }
}
