package io.kubemdm.operator.engine;

import io.kubemdm.operator.engine.SilenceDecision.Census;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Namespaces of which so many devices are missing that nobody is silenced: one alert when it begins, one line when over. */
final class MassSilence {

    private static final Logger LOG = LoggerFactory.getLogger(MassSilence.class);

    private final Set<String> namespaces = ConcurrentHashMap.newKeySet();
    private final EngineMeters meters;

    MassSilence(EngineMeters meters) {
        this.meters = meters;
    }

    void hold(String namespace, Census census) {
        if (namespaces.add(namespace)) {
            meters.massSilence(namespace);
            LOG.warn(
                    "mass silence: the fault is taken to be ours, no device is marked stale namespace={} missing={} connected={}",
                    namespace,
                    census.missing(),
                    census.connected());
        }
    }

    void review(Function<String, Census> census) {
        for (String namespace : List.copyOf(namespaces)) {
            Census now = census.apply(namespace);
            if (!now.isMass() && namespaces.remove(namespace)) {
                LOG.info(
                        "mass silence over namespace={} missing={} connected={}",
                        namespace,
                        now.missing(),
                        now.connected());
            }
        }
    }

    boolean isHeld(String namespace) {
        return namespaces.contains(namespace);
    }
}
