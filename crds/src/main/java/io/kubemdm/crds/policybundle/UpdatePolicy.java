package io.kubemdm.crds.policybundle;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import io.kubemdm.crds.EnumNames;

/** Which updates install themselves. */
public enum UpdatePolicy {
    Never,
    Security,
    All,
    @JsonIgnore
    Unrecognised;

    @JsonCreator
    public static UpdatePolicy of(String name) {
        return EnumNames.find(UpdatePolicy.class, name, Unrecognised);
    }
}
