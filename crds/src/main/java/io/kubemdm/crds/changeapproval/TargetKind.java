package io.kubemdm.crds.changeapproval;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import io.kubemdm.crds.EnumNames;

/** What can need a second person. */
public enum TargetKind {
    /** With files or scripts. */
    PolicyBundle,
    /** Whose first step goes far. */
    Rollout,
    @JsonIgnore
    Unrecognised;

    @JsonCreator
    public static TargetKind of(String name) {
        return EnumNames.find(TargetKind.class, name, Unrecognised);
    }
}
