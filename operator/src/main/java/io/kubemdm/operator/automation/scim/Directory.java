package io.kubemdm.operator.automation.scim;

import io.kubemdm.operator.automation.deprovision.TriggerDecision;
import io.kubemdm.operator.automation.deprovision.Triggers;
import io.kubemdm.operator.dispatch.Batch;
import io.kubemdm.operator.dispatch.DecisionKey;
import io.kubemdm.operator.dispatch.Decisions;
import io.kubemdm.operator.dispatch.Dispatcher;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Users and groups of every tenant, as committed on {@code mdm.decisions}; this process is the only one that writes them. A
 * deactivation is in one transaction with the trigger it pulls. Callers that write hold the tenant's monitor.
 */
final class Directory {

    private static final String USER = "user";
    private static final String GROUP = "group";

    /** One namespace's users and groups. Its own monitor guards it. */
    static final class Tenant {
        private final String namespace;
        private final TreeMap<String, DirectoryUser> users = new TreeMap<>();
        private final Map<String, String> idsByName = new HashMap<>();
        private final TreeMap<String, DirectoryGroup> groups = new TreeMap<>();

        Tenant(String namespace) {
            this.namespace = namespace;
        }

        @Nullable DirectoryUser user(String id) {
            return users.get(id);
        }

        @Nullable DirectoryGroup group(String id) {
            return groups.get(id);
        }

        /** The id of a user by name, in any case; null without one. */
        @Nullable String idOf(String userName) {
            return idsByName.get(userName.toLowerCase(Locale.ROOT));
        }

        Map<String, DirectoryUser> users() {
            return users;
        }

        Map<String, DirectoryGroup> groups() {
            return groups;
        }

        private void put(String id, DirectoryUser user) {
            remove(id);
            users.put(id, user);
            idsByName.put(user.userName().toLowerCase(Locale.ROOT), id);
        }

        private void remove(String id) {
            DirectoryUser before = users.remove(id);
            if (before != null) {
                idsByName.remove(before.userName().toLowerCase(Locale.ROOT), id);
            }
        }
    }

    private final Dispatcher dispatcher;
    private final Triggers triggers;
    private final Clock clock;
    private final Map<String, Tenant> tenants = new ConcurrentHashMap<>();

    /** A directory of what {@code decisions} hold now. */
    Directory(Dispatcher dispatcher, Decisions decisions, Triggers triggers, Clock clock) {
        this.dispatcher = dispatcher;
        this.triggers = triggers;
        this.clock = clock;
        decisions.all(DirectoryUser.class).forEach(each -> tenant(each.getKey().namespace())
                .put(each.getKey().name(), each.getValue()));
        decisions.all(DirectoryGroup.class).forEach(each -> tenant(each.getKey().namespace())
                .groups
                .put(each.getKey().name(), each.getValue()));
    }

    Tenant tenant(String namespace) {
        return tenants.computeIfAbsent(namespace, Tenant::new);
    }

    Instant now() {
        return clock.instant();
    }

    /** Remembers a user; one who was active and no longer is pulls a trigger. */
    void put(Tenant tenant, String id, DirectoryUser user) {
        DirectoryUser before = tenant.user(id);
        Batch batch = dispatcher.open().decide(new DecisionKey(USER, tenant.namespace, id), user);
        boolean left = before != null && before.isActive() && !user.isActive();
        commit(batch, tenant, left ? id + "-" + user.deactivations() : null, before, id);
        tenant.put(id, user);
    }

    /** Forgets a user, in groups too; one who was active pulls a trigger. */
    void removeUser(Tenant tenant, String id) {
        DirectoryUser before = tenant.user(id);
        if (before == null) {
            return;
        }
        Batch batch = dispatcher.open().forget(new DecisionKey(USER, tenant.namespace, id));
        Map<String, DirectoryGroup> without = new HashMap<>();
        tenant.groups.forEach((group, value) -> {
            if (value.members().contains(id)) {
                DirectoryGroup next = value.without(id, now());
                without.put(group, next);
                batch.decide(new DecisionKey(GROUP, tenant.namespace, group), next);
            }
        });
        commit(batch, tenant, before.isActive() ? id + "-" + (before.deactivations() + 1) : null, before, id);
        tenant.remove(id);
        tenant.groups.putAll(without);
    }

    private void commit(
            Batch batch, Tenant tenant, @Nullable String trigger, @Nullable DirectoryUser about, String id) {
        if (trigger == null || about == null) {
            dispatcher.commit(batch);
            return;
        }
        DecisionKey key = Triggers.key(tenant.namespace, "scim-" + trigger);
        TriggerDecision pulled = TriggerDecision.pulled(
                TriggerDecision.Kind.UserDeactivated,
                TriggerDecision.Source.Scim,
                List.copyOf(about.owners(id)),
                now());
        dispatcher.commit(batch.decide(key, pulled));
        triggers.committed(key, pulled);
    }

    /** Remembers a group. */
    void put(Tenant tenant, String id, DirectoryGroup group) {
        dispatcher.commit(dispatcher.open().decide(new DecisionKey(GROUP, tenant.namespace, id), group));
        tenant.groups.put(id, group);
    }

    /** Forgets a group. */
    void removeGroup(Tenant tenant, String id) {
        dispatcher.commit(dispatcher.open().forget(new DecisionKey(GROUP, tenant.namespace, id)));
        tenant.groups.remove(id);
    }
}
