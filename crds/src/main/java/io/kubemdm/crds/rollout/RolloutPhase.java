package io.kubemdm.crds.rollout;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import io.kubemdm.crds.EnumNames;

/** One word for people; programs read the conditions. */
public enum RolloutPhase {
    Pending,
    Progressing,
    Soaking,
    AwaitingApproval,
    Paused,
    RollingBack,
    RolledBack,
    Completed,
    Failed,
    @JsonIgnore
    Unrecognised;

    @JsonCreator
    public static RolloutPhase of(String name) {
        return EnumNames.find(RolloutPhase.class, name, Unrecognised);
    }
}
