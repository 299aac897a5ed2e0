package io.kubemdm.crds.device;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import io.kubemdm.crds.EnumNames;

/** One word for people; programs read the conditions. */
public enum DevicePhase {
    Enrolled,
    Quarantined,
    Wiping,
    Wiped,
    Retired,
    Conflict,
    @JsonIgnore
    Unrecognised;

    @JsonCreator
    public static DevicePhase of(String name) {
        return EnumNames.find(DevicePhase.class, name, Unrecognised);
    }
}
