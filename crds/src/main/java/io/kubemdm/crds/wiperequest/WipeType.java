package io.kubemdm.crds.wiperequest;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import io.kubemdm.crds.EnumNames;

/** What the device is asked to do. */
public enum WipeType {
    Lock,
    Unlock,
    Retire,
    SelectiveWipe,
    FullWipe,
    CryptoErase,
    @JsonIgnore
    Unrecognised;

    @JsonCreator
    public static WipeType of(String name) {
        return EnumNames.find(WipeType.class, name, Unrecognised);
    }
}
