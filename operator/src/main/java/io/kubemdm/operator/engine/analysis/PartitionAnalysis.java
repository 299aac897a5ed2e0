package io.kubemdm.operator.engine.analysis;

import io.kubemdm.protocol.analysis.AnalysisDemand;
import io.kubemdm.protocol.analysis.AnalysisSnapshot;
import io.kubemdm.protocol.event.DeviceEvent;
import io.kubemdm.protocol.message.Heartbeat;
import io.kubemdm.protocol.state.DeviceState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that is measured of one partition's devices. Begins empty whenever the partition arrives or a transaction
 * was aborted, so that no heartbeat counts twice. A failure here is logged and costs measurements, never a judgement. On
 * the partition's thread only.
 */
public final class PartitionAnalysis {

    private static final Logger LOG = LoggerFactory.getLogger(PartitionAnalysis.class);

    private final int partition;
    private final DemandBook demands;
    private final Baselines baselines = new Baselines();
    private final Map<String, StepMeasurement> measurements = new HashMap<>();

    /** Measures a partition for whoever asks by {@code demands}. */
    public PartitionAnalysis(int partition, DemandBook demands) {
        this.partition = partition;
        this.demands = demands;
    }

    /**
     * Takes a heartbeat that is none of the past.
     *
     * @param received when the gateway took it in
     * @return what is unusual
     */
    public List<DeviceEvent> heard(DeviceState state, Heartbeat heartbeat, Instant received) {
        try {
            for (AnalysisDemand demand : demands.in(state.device().namespace())) {
                // Before the baseline learns of it: what was usual is what was before.
                of(demand).heard(state, heartbeat, received, baselines);
            }
            return baselines.heard(state.device().toString(), heartbeat.facts(), received);
        } catch (RuntimeException e) {
            LOG.error("heartbeat not measured device={}", state.device(), e);
            return List.of();
        }
    }

    /** What is to be told by now; called every second. */
    public List<AnalysisSnapshot> due(Instant now) {
        if (measurements.isEmpty()) {
            return List.of();
        }
        measurements.values().removeIf(measurement -> !isAskedFor(measurement));
        List<AnalysisSnapshot> due = new ArrayList<>();
        for (StepMeasurement measurement : measurements.values()) {
            try {
                AnalysisSnapshot snapshot = measurement.due(partition, now);
                if (snapshot != null) {
                    due.add(snapshot);
                }
            } catch (RuntimeException e) {
                LOG.error("not measured rollout={}", measurement.demand().key(), e);
            }
        }
        return due;
    }

    private boolean isAskedFor(StepMeasurement measurement) {
        AnalysisDemand now = demands.find(measurement.demand().key());
        return now != null && now.uid().equals(measurement.demand().uid());
    }

    private StepMeasurement of(AnalysisDemand demand) {
        StepMeasurement measurement = measurements.get(demand.key());
        if (measurement == null || !measurement.demand().uid().equals(demand.uid())) {
            measurement = new StepMeasurement(demand);
            measurements.put(demand.key(), measurement);
        } else if (!measurement.demand().equals(demand)) {
            measurement.follow(demand);
        }
        return measurement;
    }
}
