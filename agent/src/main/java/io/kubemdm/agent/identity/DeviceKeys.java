package io.kubemdm.agent.identity;

import org.jspecify.annotations.Nullable;

/** Where device keys live: a store on disk, a TPM, a platform's keystore. */
public interface DeviceKeys {

    /** Makes a key and keeps it under a name; a former one of that name is replaced. */
    DeviceKey create(String name);

    /** The key of that name, null when there is none. */
    @Nullable DeviceKey find(String name);

    /** Destroys a key; a missing one is no error. */
    void erase(String name);
}
