package io.kubemdm.crds.rollout;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import io.kubemdm.crds.EnumNames;

/** What an analysis compares the candidates with. */
public enum Comparison {
    Absolute,
    VersusControl,
    @JsonIgnore
    Unrecognised;

    @JsonCreator
    public static Comparison of(String name) {
        return EnumNames.find(Comparison.class, name, Unrecognised);
    }
}
