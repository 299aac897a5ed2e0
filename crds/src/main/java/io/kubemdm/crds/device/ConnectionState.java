package io.kubemdm.crds.device;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import io.kubemdm.crds.EnumNames;

/** Whether the device is heard. */
public enum ConnectionState {
    Online,
    Stale,
    Offline,
    @JsonIgnore
    Unrecognised;

    @JsonCreator
    public static ConnectionState of(String name) {
        return EnumNames.find(ConnectionState.class, name, Unrecognised);
    }
}
