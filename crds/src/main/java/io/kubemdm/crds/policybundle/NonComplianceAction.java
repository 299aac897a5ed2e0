package io.kubemdm.crds.policybundle;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import io.kubemdm.crds.EnumNames;

/** What happens to a device that stays non-compliant. */
public enum NonComplianceAction {
    Notify,
    Remediate,
    Quarantine,
    DenyAccess,
    Lock,
    Retire,
    Wipe,
    @JsonIgnore
    Unrecognised;

    @JsonCreator
    public static NonComplianceAction of(String name) {
        return EnumNames.find(NonComplianceAction.class, name, Unrecognised);
    }
}
