package io.kubemdm.crds.rollout;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import io.kubemdm.crds.EnumNames;

/** What an analysis says of a step. */
public enum AnalysisResult {
    Running,
    Pass,
    Fail,
    Inconclusive,
    @JsonIgnore
    Unrecognised;

    @JsonCreator
    public static AnalysisResult of(String name) {
        return EnumNames.find(AnalysisResult.class, name, Unrecognised);
    }
}
