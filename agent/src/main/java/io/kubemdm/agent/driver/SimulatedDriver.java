package io.kubemdm.agent.driver;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Sets values in memory: for simulated fleets. It never fails, knows no limits and touches no device. */
public final class SimulatedDriver implements Driver {

    private final String key;
    private final Map<String, JsonNode> values = new HashMap<>(2);

    /** A driver for one settings key. */
    public SimulatedDriver(String key) {
        this.key = key;
    }

    @Override
    public String key() {
        return key;
    }

    @Override
    public List<Setting> split(JsonNode value) {
        return List.of(new Setting(key + ":all", value));
    }

    @Override
    public List<Target> plan(List<Setting> effective) {
        return effective.stream()
                .map(setting -> new Target(setting.name(), setting.value(), List.of(setting.name())))
                .toList();
    }

    @Override
    public boolean holds(Target target, Prior prior) {
        return target.wanted().equals(values.get(target.name()));
    }

    @Override
    public void set(Target target, Prior prior) {
        values.put(target.name(), target.wanted());
    }

    @Override
    public Prior capture(String target) {
        return new Prior(values.get(target));
    }

    @Override
    public void restore(String target, Prior prior) {
        if (prior.before() == null || prior.before().isNull()) {
            values.remove(target);
        } else {
            values.put(target, prior.before());
        }
    }
}
