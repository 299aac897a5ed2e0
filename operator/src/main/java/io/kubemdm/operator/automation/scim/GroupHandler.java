package io.kubemdm.operator.automation.scim;

import de.captaingoldfish.scim.sdk.common.constants.enums.SortOrder;
import de.captaingoldfish.scim.sdk.common.exceptions.ForbiddenException;
import de.captaingoldfish.scim.sdk.common.exceptions.ResourceNotFoundException;
import de.captaingoldfish.scim.sdk.common.resources.Group;
import de.captaingoldfish.scim.sdk.common.resources.complex.Meta;
import de.captaingoldfish.scim.sdk.common.resources.multicomplex.Member;
import de.captaingoldfish.scim.sdk.common.schemas.SchemaAttribute;
import de.captaingoldfish.scim.sdk.server.endpoints.Context;
import de.captaingoldfish.scim.sdk.server.endpoints.ResourceHandler;
import de.captaingoldfish.scim.sdk.server.filter.FilterNode;
import de.captaingoldfish.scim.sdk.server.response.PartialListResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** SCIM's {@code /Groups} over a {@link Directory}. Called with the tenant's monitor held. */
final class GroupHandler extends ResourceHandler<Group> {

    /** Groups of a tenant, at most. */
    static final int MAX_GROUPS = 1_000;

    /** Members of a group, at most: a record is to stay below Kafka's limit. */
    static final int MAX_MEMBERS = 10_000;

    private final Directory directory;

    GroupHandler(Directory directory) {
        this.directory = directory;
    }

    @Override
    public Group createResource(Group group, Context context) {
        Directory.Tenant tenant = TenantContext.of(context);
        if (tenant.groups().size() >= MAX_GROUPS) {
            throw new ForbiddenException("there are " + MAX_GROUPS + " groups already: delete some");
        }
        String id = UUID.randomUUID().toString();
        Instant now = directory.now();
        DirectoryGroup created = record(tenant, group, now, now);
        directory.put(tenant, id, created);
        return shown(tenant, id, created, context);
    }

    @Override
    public @Nullable Group getResource(
            String id, List<SchemaAttribute> attributes, List<SchemaAttribute> excluded, Context context) {
        Directory.Tenant tenant = TenantContext.of(context);
        DirectoryGroup found = tenant.group(id);
        return found == null ? null : shown(tenant, id, found, context);
    }

    @Override
    public PartialListResponse<Group> listResources(
            long startIndex,
            int count,
            FilterNode filter,
            SchemaAttribute sortBy,
            SortOrder sortOrder,
            List<SchemaAttribute> attributes,
            List<SchemaAttribute> excluded,
            Context context) {
        Directory.Tenant tenant = TenantContext.of(context);
        List<Group> groups = new ArrayList<>();
        tenant.groups().forEach((id, group) -> groups.add(shown(tenant, id, group, context)));
        return PartialListResponse.<Group>builder()
                .resources(groups)
                .totalResults(groups.size())
                .build();
    }

    @Override
    public Group updateResource(Group group, Context context) {
        Directory.Tenant tenant = TenantContext.of(context);
        String id = group.getId().orElse("");
        DirectoryGroup next = record(tenant, group, require(tenant, id).created(), directory.now());
        directory.put(tenant, id, next);
        return shown(tenant, id, next, context);
    }

    @Override
    public void deleteResource(String id, Context context) {
        Directory.Tenant tenant = TenantContext.of(context);
        require(tenant, id);
        directory.removeGroup(tenant, id);
    }

    private static DirectoryGroup require(Directory.Tenant tenant, String id) {
        DirectoryGroup found = tenant.group(id);
        if (found == null) {
            throw new ResourceNotFoundException("no group has the id '" + id + "'");
        }
        return found;
    }

    private static DirectoryGroup record(Directory.Tenant tenant, Group group, Instant created, Instant now) {
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
                created,
                now);
    }

    private static Group shown(Directory.Tenant tenant, String id, DirectoryGroup group, Context context) {
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
