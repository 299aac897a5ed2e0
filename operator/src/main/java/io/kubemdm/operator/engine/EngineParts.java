package io.kubemdm.operator.engine;

import io.kubemdm.operator.engine.analysis.DemandBook;
import io.kubemdm.operator.engine.compliance.Assessment;
import java.time.Duration;
import java.time.InstantSource;

/**
 * What the processors of all partitions of a process share.
 *
 * @param assessment judges facts by the bundles there are
 * @param demands what is to be measured of rollouts
 * @param partitions of each of {@code mdm.reports}, {@code mdm.events} and {@code mdm.state}
 * @param defaultHeartbeat interval of a device that was not assigned one
 */
record EngineParts(
        InstantSource clock,
        EventHistory history,
        Punctuality punctuality,
        DeviceMemory memory,
        MassSilence massSilence,
        Heads heads,
        EngineMeters meters,
        Assessment assessment,
        DemandBook demands,
        Duration defaultHeartbeat,
        int partitions) {}
