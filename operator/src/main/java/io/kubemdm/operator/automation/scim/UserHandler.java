package io.kubemdm.operator.automation.scim;

import de.captaingoldfish.scim.sdk.common.constants.ScimType;
import de.captaingoldfish.scim.sdk.common.constants.enums.Comparator;
import de.captaingoldfish.scim.sdk.common.constants.enums.SortOrder;
import de.captaingoldfish.scim.sdk.common.exceptions.ConflictException;
import de.captaingoldfish.scim.sdk.common.exceptions.ForbiddenException;
import de.captaingoldfish.scim.sdk.common.exceptions.ResourceNotFoundException;
import de.captaingoldfish.scim.sdk.common.resources.User;
import de.captaingoldfish.scim.sdk.common.resources.complex.Meta;
import de.captaingoldfish.scim.sdk.common.schemas.SchemaAttribute;
import de.captaingoldfish.scim.sdk.server.endpoints.Context;
import de.captaingoldfish.scim.sdk.server.endpoints.ResourceHandler;
import de.captaingoldfish.scim.sdk.server.filter.AttributeExpressionLeaf;
import de.captaingoldfish.scim.sdk.server.filter.FilterNode;
import de.captaingoldfish.scim.sdk.server.response.PartialListResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** SCIM's {@code /Users} over a {@link Directory}. Called with the tenant's monitor held. */
final class UserHandler extends ResourceHandler<User> {

    /** Users of a tenant, at most. */
    static final int MAX_USERS = 100_000;

    private final Directory directory;

    UserHandler(Directory directory) {
        this.directory = directory;
    }

    @Override
    public User createResource(User user, Context context) {
        Directory.Tenant tenant = TenantContext.of(context);
        if (tenant.users().size() >= MAX_USERS) {
            throw new ForbiddenException("there are " + MAX_USERS + " users already: delete some");
        }
        Instant now = directory.now();
        String id = UUID.randomUUID().toString();
        DirectoryUser created = new DirectoryUser(
                userName(tenant, user, id),
                Values.optional("externalId", user.getExternalId(), Values.IDENTIFIER),
                Values.optional("displayName", user.getDisplayName(), Values.DISPLAY),
                user.isActive().orElse(null),
                0,
                now,
                now);
        directory.put(tenant, id, created);
        return shown(id, created);
    }

    @Override
    public @Nullable User getResource(
            String id, List<SchemaAttribute> attributes, List<SchemaAttribute> excluded, Context context) {
        DirectoryUser found = TenantContext.of(context).user(id);
        return found == null ? null : shown(id, found);
    }

    @Override
    public PartialListResponse<User> listResources(
            long startIndex,
            int count,
            FilterNode filter,
            SchemaAttribute sortBy,
            SortOrder sortOrder,
            List<SchemaAttribute> attributes,
            List<SchemaAttribute> excluded,
            Context context) {
        Directory.Tenant tenant = TenantContext.of(context);
        List<User> users = candidates(tenant, filter).entrySet().stream()
                .map(each -> shown(each.getKey(), each.getValue()))
                .toList();
        return PartialListResponse.<User>builder()
                .resources(new java.util.ArrayList<>(users))
                .totalResults(users.size())
                .build();
    }

    /** Those that the library has to filter: what clients ask most is looked up. */
    private static Map<String, DirectoryUser> candidates(Directory.Tenant tenant, @Nullable FilterNode filter) {
        if (filter instanceof AttributeExpressionLeaf leaf
                && leaf.getComparator() == Comparator.EQ
                && leaf.getShortName().equalsIgnoreCase("userName")) {
            String id = tenant.idOf(leaf.getValue());
            DirectoryUser user = id == null ? null : tenant.user(id);
            return id == null || user == null ? Map.of() : Map.of(id, user);
        }
        return tenant.users();
    }

    @Override
    public User updateResource(User user, Context context) {
        Directory.Tenant tenant = TenantContext.of(context);
        String id = user.getId().orElse("");
        DirectoryUser before = require(tenant, id);
        DirectoryUser next = before.changed(
                userName(tenant, user, id),
                Values.optional("externalId", user.getExternalId(), Values.IDENTIFIER),
                Values.optional("displayName", user.getDisplayName(), Values.DISPLAY),
                user.isActive().orElse(null),
                directory.now());
        directory.put(tenant, id, next);
        return shown(id, next);
    }

    @Override
    public void deleteResource(String id, Context context) {
        Directory.Tenant tenant = TenantContext.of(context);
        require(tenant, id);
        directory.removeUser(tenant, id);
    }

    private static DirectoryUser require(Directory.Tenant tenant, String id) {
        DirectoryUser found = tenant.user(id);
        if (found == null) {
            throw new ResourceNotFoundException("no user has the id '" + id + "'");
        }
        return found;
    }

    private static String userName(Directory.Tenant tenant, User user, String id) {
        String name = Values.required("userName", user.getUserName(), Values.IDENTIFIER);
        String holder = tenant.idOf(name);
        if (holder != null && !holder.equals(id)) {
            throw new ConflictException("userName: another user has it", ScimType.RFC7644.UNIQUENESS);
        }
        return name;
    }

    private static User shown(String id, DirectoryUser user) {
        return User.builder()
                .id(id)
                .userName(user.userName())
                .externalId(user.externalId())
                .displayName(user.displayName())
                .active(user.active())
                .meta(Meta.builder()
                        .created(user.created())
                        .lastModified(user.lastModified())
                        .build())
                .build();
    }
}
