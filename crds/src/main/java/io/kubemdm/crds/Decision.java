package io.kubemdm.crds;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;

/** What the approver decided. */
public enum Decision {
    Approve,
    Reject,
    @JsonIgnore
    Unrecognised;

    @JsonCreator
    public static Decision of(String name) {
        return EnumNames.find(Decision.class, name, Unrecognised);
    }
}
