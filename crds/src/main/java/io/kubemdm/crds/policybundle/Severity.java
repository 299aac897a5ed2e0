package io.kubemdm.crds.policybundle;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import io.kubemdm.crds.EnumNames;

/** How bad a broken rule is. */
public enum Severity {
    Low,
    Medium,
    High,
    Critical,
    @JsonIgnore
    Unrecognised;

    @JsonCreator
    public static Severity of(String name) {
        return EnumNames.find(Severity.class, name, Unrecognised);
    }
}
