package io.kubemdm.operator.automation.scim;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of a user: no more of a person than deciding needs.
 *
 * @param active null as not said, which is active
 * @param deactivations how often the user went from active to not; numbers the triggers
 */
record DirectoryUser(
        String userName,
        @Nullable String externalId,
        @Nullable String displayName,
        @Nullable Boolean active,
        long deactivations,
        Instant created,
        Instant lastModified) {

    boolean isActive() {
        return !Boolean.FALSE.equals(active);
    }

    /** This user as changed now. */
    DirectoryUser changed(
            String newUserName,
            @Nullable String newExternalId,
            @Nullable String newDisplayName,
            @Nullable Boolean newActive,
            Instant now) {
        DirectoryUser next =
                new DirectoryUser(newUserName, newExternalId, newDisplayName, newActive, deactivations, created, now);
        return isActive() && !next.isActive() ? next.deactivated() : next;
    }

    private DirectoryUser deactivated() {
        return new DirectoryUser(userName, externalId, displayName, active, deactivations + 1, created, lastModified);
    }

    /** Values of {@code Device.spec.owner} that mean this user. */
    List<String> owners(String id) {
        List<String> owners = new ArrayList<>(List.of(userName, id));
        if (externalId != null) {
            owners.add(externalId);
        }
        return owners;
    }
}
