package io.kubemdm.crds.rollout;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import io.kubemdm.crds.EnumNames;

/** What a tripped abort does. */
public enum OnFailure {
    Rollback,
    Pause,
    @JsonIgnore
    Unrecognised;

    @JsonCreator
    public static OnFailure of(String name) {
        return EnumNames.find(OnFailure.class, name, Unrecognised);
    }
}
