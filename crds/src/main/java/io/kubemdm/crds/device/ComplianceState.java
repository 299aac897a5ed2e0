package io.kubemdm.crds.device;

import com.fasterxml.jackson.annotation.JsonCreator;
import io.kubemdm.crds.EnumNames;

/** In ascending order: of several states, the highest wins. */
public enum ComplianceState {
    NotApplicable,
    Compliant,
    Unknown,
    InGracePeriod,
    NonCompliant,
    Error;

    @JsonCreator
    public static ComplianceState of(String name) {
        return EnumNames.find(ComplianceState.class, name, Unknown);
    }
}
