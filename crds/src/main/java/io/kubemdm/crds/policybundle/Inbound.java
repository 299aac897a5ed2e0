package io.kubemdm.crds.policybundle;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import io.kubemdm.crds.EnumNames;

/** What happens to traffic that no rule names. */
public enum Inbound {
    Allow,
    Deny,
    @JsonIgnore
    Unrecognised;

    @JsonCreator
    public static Inbound of(String name) {
        return EnumNames.find(Inbound.class, name, Unrecognised);
    }
}
