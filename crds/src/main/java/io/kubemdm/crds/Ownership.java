package io.kubemdm.crds;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;

/** Whose device it is; a Personal one is never erased as a whole. */
public enum Ownership {
    Corporate,
    Personal,
    @JsonIgnore
    Unrecognised;

    @JsonCreator
    public static Ownership of(String name) {
        return EnumNames.find(Ownership.class, name, Unrecognised);
    }
}
