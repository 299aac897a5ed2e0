package io.kubemdm.operator.flag;

import io.kubemdm.protocol.device.DeviceId;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** What surveys have said, for good; whoever was not asked about is unreachable. */
public final class FlagAnswers implements Flags {

    private final Map<String, Map<DeviceId, FlagAnswer>> answers = new ConcurrentHashMap<>();

    /** Takes what a survey said of a flag. */
    public void put(String key, Map<DeviceId, FlagAnswer> said) {
        answers.put(key, Map.copyOf(said));
    }

    @Override
    public FlagAnswer ask(String key, FlagContext context) {
        Map<DeviceId, FlagAnswer> said = answers.getOrDefault(key, Map.of());
        FlagAnswer answer = said.get(context.device());
        return answer != null
                ? answer
                : FlagAnswer.unreachable("Flag " + key + " was asked about " + said.size()
                        + " devices, the first in order; the service allows no more in the time there is.");
    }

    @Override
    public void wanted(Set<String> keys) {}

    @Override
    public void onChange(Consumer<Set<String>> listener) {}

    @Override
    public void close() {}
}
