package io.kubemdm.crds.policybundle;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import io.kubemdm.crds.EnumNames;

/** The protocol of a tunnel. */
public enum VpnType {
    WireGuard,
    IkeV2,
    @JsonIgnore
    Unrecognised;

    @JsonCreator
    public static VpnType of(String name) {
        return EnumNames.find(VpnType.class, name, Unrecognised);
    }
}
