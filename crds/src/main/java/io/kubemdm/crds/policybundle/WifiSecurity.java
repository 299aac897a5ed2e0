package io.kubemdm.crds.policybundle;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import io.kubemdm.crds.EnumNames;

/** How a wireless network is protected; none of them needs a shared secret. */
public enum WifiSecurity {
    Open,
    Owe,
    Wpa2Enterprise,
    Wpa3Enterprise,
    @JsonIgnore
    Unrecognised;

    @JsonCreator
    public static WifiSecurity of(String name) {
        return EnumNames.find(WifiSecurity.class, name, Unrecognised);
    }
}
