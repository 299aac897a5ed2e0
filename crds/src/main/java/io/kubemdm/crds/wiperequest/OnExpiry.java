package io.kubemdm.crds.wiperequest;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import io.kubemdm.crds.EnumNames;

/** What an unconfirmed request does when its time is up. */
public enum OnExpiry {
    RevokeAndDeny,
    KeepTrying,
    Cancel,
    @JsonIgnore
    Unrecognised;

    @JsonCreator
    public static OnExpiry of(String name) {
        return EnumNames.find(OnExpiry.class, name, Unrecognised);
    }
}
