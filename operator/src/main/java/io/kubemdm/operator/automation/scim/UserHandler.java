package io.kubemdm.operator.automation.scim;

import de.captaingoldfish.scim.sdk.common.constants.ScimType;
import de.captaingoldfish.scim.sdk.common.constants.enums.Comparator;
import de.captaingoldfish.scim.sdk.common.exceptions.ConflictException;
import de.captaingoldfish.scim.sdk.common.resources.User;
import de.captaingoldfish.scim.sdk.common.resources.complex.Meta;
import de.captaingoldfish.scim.sdk.server.endpoints.Context;
import de.captaingoldfish.scim.sdk.server.filter.AttributeExpressionLeaf;
import de.captaingoldfish.scim.sdk.server.filter.FilterNode;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** SCIM's {@code /Users}. */
final class UserHandler extends DirectoryHandler<User, DirectoryUser> {

    /** Users of a tenant, at most. */
    static final int MAX_USERS = 100_000;

    private final Directory directory;

    UserHandler(Directory directory) {
        super("user", MAX_USERS);
        this.directory = directory;
    }

    @Override
    Map<String, DirectoryUser> all(Directory.Tenant tenant) {
        return tenant.users();
    }

    @Override
    void put(Directory.Tenant tenant, String id, DirectoryUser user) {
        directory.put(tenant, id, user);
    }

    @Override
    void remove(Directory.Tenant tenant, String id) {
        directory.removeUser(tenant, id);
    }

    /** What clients ask most is looked up. */
    @Override
    Map<String, DirectoryUser> candidates(Directory.Tenant tenant, @Nullable FilterNode filter) {
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
    DirectoryUser read(Directory.Tenant tenant, User user, String id, @Nullable DirectoryUser before) {
        String name = userName(tenant, user, id);
        String externalId = Values.optional("externalId", user.getExternalId(), Values.IDENTIFIER);
        String displayName = Values.optional("displayName", user.getDisplayName(), Values.DISPLAY);
        Boolean active = user.isActive().orElse(null);
        Instant now = directory.now();
        return before == null
                ? new DirectoryUser(name, externalId, displayName, active, 0, now, now)
                : before.changed(name, externalId, displayName, active, now);
    }

    private static String userName(Directory.Tenant tenant, User user, String id) {
        String name = Values.required("userName", user.getUserName(), Values.IDENTIFIER);
        String holder = tenant.idOf(name);
        if (holder != null && !holder.equals(id)) {
            throw new ConflictException("userName: another user has it", ScimType.RFC7644.UNIQUENESS);
        }
        return name;
    }

    @Override
    User shown(Directory.Tenant tenant, String id, DirectoryUser user, Context context) {
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
