package io.kubemdm.crds.wiperequest;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import io.kubemdm.crds.EnumNames;

/** Why. */
public enum WipeReason {
    Lost,
    Stolen,
    Offboarding,
    Compromised,
    PolicyEscalation,
    Other,
    @JsonIgnore
    Unrecognised;

    @JsonCreator
    public static WipeReason of(String name) {
        return EnumNames.find(WipeReason.class, name, Unrecognised);
    }
}
