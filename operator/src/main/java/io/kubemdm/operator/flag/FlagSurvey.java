package io.kubemdm.operator.flag;

import io.kubemdm.protocol.device.DeviceId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Asks a flag about many devices at once, waits for the answers and remembers nothing: for a look that somebody asks for, by
 * the same definitions and the same evaluation as {@link Flags}. For one thread at a time.
 */
@FunctionalInterface
public interface FlagSurvey {

    /**
     * Asks.
     *
     * @param devices whom to ask about, the most important first
     * @return an answer of each device; of some of the last there may be none, for want of time
     */
    Map<DeviceId, FlagAnswer> ask(String key, List<FlagContext> devices);

    /** The same answer for everybody. */
    static Map<DeviceId, FlagAnswer> forAll(FlagAnswer answer, List<FlagContext> devices) {
        Map<DeviceId, FlagAnswer> answers = new HashMap<>();
        devices.forEach(each -> answers.put(each.device(), answer));
        return answers;
    }
}
