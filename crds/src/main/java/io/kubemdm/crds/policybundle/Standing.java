package io.kubemdm.crds.policybundle;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import io.kubemdm.crds.EnumNames;

/** The worst compliance that still gets a token. */
public enum Standing {
    Compliant,
    InGracePeriod,
    @JsonIgnore
    Unrecognised;

    @JsonCreator
    public static Standing of(String name) {
        return EnumNames.find(Standing.class, name, Unrecognised);
    }
}
