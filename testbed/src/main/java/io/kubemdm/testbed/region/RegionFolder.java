package io.kubemdm.testbed.region;

import java.nio.file.Path;

/**
 * Where everything of a region lies.
 *
 * @param path absolute; {@code .region} in a checkout, any folder for a benchmark or a test
 */
public record RegionFolder(Path path) {

    public RegionFolder {
        path = path.toAbsolutePath().normalize();
    }

    /** Control plane: data, certificates, logs. */
    public Path kubernetes() {
        return path.resolve("kubernetes");
    }

    /** Broker: data, passwords, logs. */
    public Path kafka() {
        return path.resolve("kafka");
    }

    /** One folder per pod. */
    public Path pods() {
        return path.resolve("pods");
    }

    /** One folder per device. */
    public Path agents() {
        return path.resolve("agents");
    }

    /** One folder per simulated fleet. */
    public Path fleets() {
        return path.resolve("fleets");
    }

    /** The installation's keys. */
    public Path pki() {
        return path.resolve("pki");
    }

    /** Links to the programs a person wants on the path. */
    public Path bin() {
        return path.resolve("bin");
    }

    /** Chart values of this region alone, over those of every region on one machine; most have none. */
    public Path values() {
        return path.resolve("values.yaml");
    }

    /** What the supervisor last said of the region. */
    public Path state() {
        return path.resolve("state.json");
    }

    /** Held by the supervisor as long as it lives. */
    public Path lock() {
        return path.resolve("lock");
    }

    /** What the supervisor prints. */
    public Path supervisorLog() {
        return path.resolve("supervisor.log");
    }

    /** The administrator's kubeconfig. */
    public Path kubeconfig() {
        return path.resolve("kubeconfig");
    }
}
