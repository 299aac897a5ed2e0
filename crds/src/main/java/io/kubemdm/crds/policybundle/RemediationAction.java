package io.kubemdm.crds.policybundle;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import io.kubemdm.crds.EnumNames;

/** What is done about a broken rule. */
public enum RemediationAction {
    Reapply,
    Script,
    None,
    @JsonIgnore
    Unrecognised;

    @JsonCreator
    public static RemediationAction of(String name) {
        return EnumNames.find(RemediationAction.class, name, Unrecognised);
    }
}
