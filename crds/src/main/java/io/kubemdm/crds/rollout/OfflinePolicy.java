package io.kubemdm.crds.rollout;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import io.kubemdm.crds.EnumNames;

/** What a step does about devices that are not connected. */
public enum OfflinePolicy {
    CatchUp,
    Wait,
    Skip,
    @JsonIgnore
    Unrecognised;

    @JsonCreator
    public static OfflinePolicy of(String name) {
        return EnumNames.find(OfflinePolicy.class, name, Unrecognised);
    }
}
