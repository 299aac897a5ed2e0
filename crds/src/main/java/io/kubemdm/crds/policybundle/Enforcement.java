package io.kubemdm.crds.policybundle;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import io.kubemdm.crds.EnumNames;

/** Whether a policy changes a device, only judges it, or only counts. */
public enum Enforcement {
    Enforce,
    Warn,
    Shadow,
    @JsonIgnore
    Unrecognised;

    @JsonCreator
    public static Enforcement of(String name) {
        return EnumNames.find(Enforcement.class, name, Unrecognised);
    }
}
