package io.kubemdm.crds.wiperequest;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import io.kubemdm.crds.EnumNames;

/** One word for people; a terminal one never leaves. */
public enum WipePhase {
    PendingApproval,
    Held,
    Queued,
    Delivered,
    Acknowledged,
    Erasing,
    Completed,
    Failed,
    Expired,
    Rejected,
    Cancelled,
    Superseded,
    @JsonIgnore
    Unrecognised;

    @JsonCreator
    public static WipePhase of(String name) {
        return EnumNames.find(WipePhase.class, name, Unrecognised);
    }

    /** Whether nothing more will happen. */
    public boolean terminal() {
        return switch (this) {
            case Completed, Failed, Expired, Rejected, Cancelled, Superseded -> true;
            default -> false;
        };
    }
}
