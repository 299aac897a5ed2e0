package io.kubemdm.agent.policy;

import io.kubemdm.agent.driver.Driver;
import io.kubemdm.agent.driver.Drivers;
import io.kubemdm.agent.driver.Prior;
import io.kubemdm.agent.driver.SettingRefused;
import io.kubemdm.agent.driver.Target;
import io.kubemdm.agent.store.Documents;
import io.kubemdm.agent.store.Store;
import io.kubemdm.agent.store.StoreFailed;
import io.kubemdm.protocol.bundle.Digest;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets targets and remembers, on disk and before touching anything, what was there before; so whatever is no longer
 * wanted goes back to that, also after a kill at any step.
 */
final class Applier {

    private static final Logger LOG = LoggerFactory.getLogger(Applier.class);
    private static final String FOLDER = "undo";

    private final Store store;
    private final Drivers drivers;
    private final Map<String, Prior> priors = new HashMap<>(2);

    /** What is on disk for each touched target. */
    record Touched(String target, Prior prior) {}

    /** Why a target does not hold. */
    record Failure(String reason, String message) {}

    Applier(Store store, Drivers drivers) {
        this.store = store;
        this.drivers = drivers;
        for (String name : store.list(FOLDER)) {
            Touched touched = Documents.read(store, name, Touched.class);
            if (touched != null) {
                priors.put(touched.target(), touched.prior());
            }
        }
    }

    /** Names of everything the agent has touched and not put back. */
    List<String> touched() {
        return priors.keySet().stream().sorted().toList();
    }

    /**
     * Makes exactly these targets hold and puts everything else back.
     *
     * @return failures by target; empty when all hold
     */
    Map<String, Failure> apply(List<Target> targets) {
        Set<Driver> changed = new HashSet<>();
        Map<String, Failure> failures = new TreeMap<>();
        Set<String> wanted = targets.stream().map(Target::name).collect(Collectors.toSet());
        for (String name : touched()) {
            if (!wanted.contains(name)) {
                putBack(name, changed);
            }
        }
        for (Target target : targets) {
            Failure failure = hold(target, changed);
            if (failure != null) {
                failures.put(target.name(), failure);
            }
        }
        changed.forEach(Driver::activate);
        return failures;
    }

    /** Whether the target holds now. */
    boolean holds(Target target) {
        Driver driver = drivers.ownerOf(target.name());
        Prior prior = priors.get(target.name());
        return driver != null && prior != null && driver.holds(target, prior);
    }

    /** Sets one target again. */
    @Nullable Failure correct(Target target) {
        Set<Driver> changed = new HashSet<>();
        Failure failure = hold(target, changed);
        changed.forEach(Driver::activate);
        return failure;
    }

    private @Nullable Failure hold(Target target, Set<Driver> changed) {
        Driver driver = drivers.ownerOf(target.name());
        if (driver == null) {
            return new Failure("UnsupportedSetting", target.name() + " has no driver");
        }
        try {
            Prior prior = remember(target.name(), driver);
            if (driver.holds(target, prior)) {
                return null;
            }
            driver.set(target, prior);
            changed.add(driver);
            return driver.holds(target, prior)
                    ? null
                    : new Failure("NotHeld", target.name() + " was set and read back as something else");
        } catch (SettingRefused e) {
            return new Failure(e.reason(), String.valueOf(e.getMessage()));
        } catch (StoreFailed e) {
            return new Failure("StorageFailed", String.valueOf(e.getMessage()));
        }
    }

    private Prior remember(String target, Driver driver) {
        Prior known = priors.get(target);
        if (known != null) {
            return known;
        }
        Prior prior = driver.capture(target);
        Documents.write(store, file(target), new Touched(target, prior));
        priors.put(target, prior);
        return prior;
    }

    private void putBack(String target, Set<Driver> changed) {
        Driver driver = drivers.ownerOf(target);
        Prior prior = priors.get(target);
        if (driver == null || prior == null) {
            return;
        }
        try {
            driver.restore(target, prior);
            changed.add(driver);
            store.delete(file(target));
            priors.remove(target);
            LOG.info("setting put back target={}", target);
        } catch (SettingRefused | StoreFailed e) {
            LOG.error("setting cannot be put back, trying again later target={}: {}", target, e.getMessage());
        }
    }

    private static String file(String target) {
        String digest = Digest.of(target.getBytes(StandardCharsets.UTF_8)).substring("sha256:".length());
        return FOLDER + "/" + digest.substring(0, 32) + ".json";
    }
}
