package io.kubemdm.crds.device;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import io.kubemdm.crds.EnumNames;

/** How far a policy has come on a device. */
public enum PolicyState {
    Pending,
    Applied,
    Failed,
    RolledBack,
    @JsonIgnore
    Unrecognised;

    @JsonCreator
    public static PolicyState of(String name) {
        return EnumNames.find(PolicyState.class, name, Unrecognised);
    }
}
