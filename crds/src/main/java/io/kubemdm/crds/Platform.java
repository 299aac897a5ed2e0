package io.kubemdm.crds;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;

/** What a device runs. */
public enum Platform {
    Linux,
    Windows,
    MacOS,
    IOS,
    IPadOS,
    Android,
    @JsonIgnore
    Unrecognised;

    @JsonCreator
    public static Platform of(String name) {
        return EnumNames.find(Platform.class, name, Unrecognised);
    }
}
