package io.kubemdm.operator.automation.scim;

import de.captaingoldfish.scim.sdk.common.resources.Group;
import de.captaingoldfish.scim.sdk.common.resources.complex.Meta;
import de.captaingoldfish.scim.sdk.common.resources.multicomplex.Member;
import de.captaingoldfish.scim.sdk.server.endpoints.Context;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** SCIM's {@code /Groups}. */
final class GroupHandler extends DirectoryHandler<Group, DirectoryGroup> {

    /** Groups of a tenant, at most. */
    static final int MAX_GROUPS = 1_000;

    /** Members of a group, at most: a record is to stay below Kafka's limit. */
    static final int MAX_MEMBERS = 10_000;

    private final Directory directory;

    GroupHandler(Directory directory) {
        super("group", MAX_GROUPS);
        this.directory = directory;
    }

    @Override
    Map<String, DirectoryGroup> all(Directory.Tenant tenant) {
        return tenant.groups();
    }

    @Override
    void put(Directory.Tenant tenant, String id, DirectoryGroup group) {
        directory.put(tenant, id, group);
    }

    @Override
    void remove(Directory.Tenant tenant, String id) {
        directory.removeGroup(tenant, id);
    }

    @Override
    DirectoryGroup read(Directory.Tenant tenant, Group group, String id, @Nullable DirectoryGroup before) {
        Instant now = directory.now();
        List<String> members = group.getMembers().stream()
                .map(member -> member.getValue().orElse(""))
                .distinct()
                .toList();
        if (members.size() > MAX_MEMBERS) {
            throw Values.refused("members", "there may be " + MAX_MEMBERS + " of them");
        }
        for (String member : members) {
            if (tenant.user(member) == null && tenant.group(member) == null) {
                throw Values.refused("members.value", "must be the id of a user or a group");
            }
        }
        return new DirectoryGroup(
                Values.required("displayName", group.getDisplayName(), Values.DISPLAY),
                Values.optional("externalId", group.getExternalId(), Values.IDENTIFIER),
                members,
                before == null ? now : before.created(),
                now);
    }

    @Override
    Group shown(Directory.Tenant tenant, String id, DirectoryGroup group, Context context) {
        return Group.builder()
                .id(id)
                .displayName(group.displayName())
                .externalId(group.externalId())
                .members(group.members().stream()
                        .map(member -> member(tenant, member, context))
                        .toList())
                .meta(Meta.builder()
                        .created(group.created())
                        .lastModified(group.lastModified())
                        .build())
                .build();
    }

    private static Member member(Directory.Tenant tenant, String id, Context context) {
        String type = tenant.group(id) == null ? "User" : "Group";
        return Member.builder()
                .value(id)
                .ref(context.getCrossResourceReferenceUrl(id, type).orElse(null))
                .build();
    }
}
