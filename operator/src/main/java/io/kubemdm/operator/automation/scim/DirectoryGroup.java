package io.kubemdm.operator.automation.scim;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of a group.
 *
 * @param members ids of users and groups
 */
record DirectoryGroup(
        String displayName, @Nullable String externalId, List<String> members, Instant created, Instant lastModified) {

    DirectoryGroup {
        members = List.copyOf(members);
    }

    DirectoryGroup without(String member, Instant now) {
        return new DirectoryGroup(
                displayName,
                externalId,
                members.stream().filter(each -> !each.equals(member)).toList(),
                created,
                now);
    }
}
