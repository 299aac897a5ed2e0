package io.kubemdm.operator.flag;

import io.kubemdm.protocol.device.DeviceId;
import java.util.Set;
import java.util.function.Consumer;

/** Where flags are asked. Safe for several threads. */
public interface Flags extends AutoCloseable {

    /** What a flag says of a device, as far as it is known now; never waits for anybody. */
    FlagAnswer ask(String key, FlagContext context);

    /** Which flags are of use from now on; with none, nobody is asked anything. */
    void wanted(Set<String> keys);

    /** A device is gone. */
    default void forget(DeviceId device) {}

    /** Tells {@code listener} the keys of flags that may say something else now; on a thread of its own, one at a time. */
    void onChange(Consumer<Set<String>> listener);

    @Override
    void close();
}
