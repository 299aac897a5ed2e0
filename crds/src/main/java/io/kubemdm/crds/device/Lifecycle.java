package io.kubemdm.crds.device;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import io.kubemdm.crds.EnumNames;

/** What people say about a device; Retired is final. */
public enum Lifecycle {
    Active,
    Lost,
    Retired,
    @JsonIgnore
    Unrecognised;

    @JsonCreator
    public static Lifecycle of(String name) {
        return EnumNames.find(Lifecycle.class, name, Unrecognised);
    }
}
