package io.kubemdm.crds;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;

/** Whether a person must agree before something goes on. */
public enum Approval {
    Automatic,
    Manual,
    @JsonIgnore
    Unrecognised;

    @JsonCreator
    public static Approval of(String name) {
        return EnumNames.find(Approval.class, name, Unrecognised);
    }
}
