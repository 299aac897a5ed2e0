package io.kubemdm.crds.rollout;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import io.kubemdm.crds.EnumNames;

/** How a device can fail a rollout. */
public enum FailureType {
    Failed,
    Rejected,
    TimedOut,
    Regressed,
    Any,
    @JsonIgnore
    Unrecognised;

    @JsonCreator
    public static FailureType of(String name) {
        return EnumNames.find(FailureType.class, name, Unrecognised);
    }
}
