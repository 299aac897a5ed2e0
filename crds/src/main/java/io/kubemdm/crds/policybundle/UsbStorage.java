package io.kubemdm.crds.policybundle;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import io.kubemdm.crds.EnumNames;

/** What a device does with mass storage. */
public enum UsbStorage {
    Allow,
    ReadOnly,
    Block,
    @JsonIgnore
    Unrecognised;

    @JsonCreator
    public static UsbStorage of(String name) {
        return EnumNames.find(UsbStorage.class, name, Unrecognised);
    }
}
