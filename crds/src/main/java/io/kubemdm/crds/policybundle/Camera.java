package io.kubemdm.crds.policybundle;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import io.kubemdm.crds.EnumNames;

/** Whether cameras work. */
public enum Camera {
    Allow,
    Block,
    @JsonIgnore
    Unrecognised;

    @JsonCreator
    public static Camera of(String name) {
        return EnumNames.find(Camera.class, name, Unrecognised);
    }
}
