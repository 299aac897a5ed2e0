package io.kubemdm.operator.automation.scim;

import de.captaingoldfish.scim.sdk.common.constants.enums.SortOrder;
import de.captaingoldfish.scim.sdk.common.exceptions.ForbiddenException;
import de.captaingoldfish.scim.sdk.common.exceptions.ResourceNotFoundException;
import de.captaingoldfish.scim.sdk.common.resources.ResourceNode;
import de.captaingoldfish.scim.sdk.common.schemas.SchemaAttribute;
import de.captaingoldfish.scim.sdk.server.endpoints.Context;
import de.captaingoldfish.scim.sdk.server.endpoints.ResourceHandler;
import de.captaingoldfish.scim.sdk.server.filter.FilterNode;
import de.captaingoldfish.scim.sdk.server.response.PartialListResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One of SCIM's endpoints over a {@link Directory}. Called with the tenant's monitor held. The library takes the first type
 * argument of a subclass for the resource.
 *
 * @param <R> the resource as clients see it
 * @param <E> what is remembered of it
 */
abstract class DirectoryHandler<R extends ResourceNode, E> extends ResourceHandler<R> {

    private final String what;
    private final int most;

    /**
     * Nothing of its own.
     *
     * @param what one of them, for people
     * @param most how many a tenant may have
     */
    DirectoryHandler(String what, int most) {
        this.what = what;
        this.most = most;
    }

    /** Those of a tenant by id. */
    abstract Map<String, E> all(Directory.Tenant tenant);

    /** What is to be remembered of a resource, after {@code before} when it is changed. */
    abstract E read(Directory.Tenant tenant, R resource, String id, @Nullable E before);

    abstract void put(Directory.Tenant tenant, String id, E entry);

    abstract void remove(Directory.Tenant tenant, String id);

    abstract R shown(Directory.Tenant tenant, String id, E entry, Context context);

    /** Those that the library has to filter. */
    Map<String, E> candidates(Directory.Tenant tenant, @Nullable FilterNode filter) {
        return all(tenant);
    }

    @Override
    public R createResource(R resource, Context context) {
        Directory.Tenant tenant = TenantContext.of(context);
        if (all(tenant).size() >= most) {
            throw new ForbiddenException("there are " + most + " " + what + "s already: delete some");
        }
        return store(tenant, UUID.randomUUID().toString(), resource, null, context);
    }

    @Override
    public @Nullable R getResource(
            String id, List<SchemaAttribute> attributes, List<SchemaAttribute> excluded, Context context) {
        Directory.Tenant tenant = TenantContext.of(context);
        E found = all(tenant).get(id);
        return found == null ? null : shown(tenant, id, found, context);
    }

    @Override
    public PartialListResponse<R> listResources(
            long startIndex,
            int count,
            FilterNode filter,
            SchemaAttribute sortBy,
            SortOrder sortOrder,
            List<SchemaAttribute> attributes,
            List<SchemaAttribute> excluded,
            Context context) {
        Directory.Tenant tenant = TenantContext.of(context);
        List<R> resources = new ArrayList<>();
        candidates(tenant, filter).forEach((id, entry) -> resources.add(shown(tenant, id, entry, context)));
        return PartialListResponse.<R>builder()
                .resources(resources)
                .totalResults(resources.size())
                .build();
    }

    @Override
    public R updateResource(R resource, Context context) {
        Directory.Tenant tenant = TenantContext.of(context);
        String id = resource.getId().orElse("");
        return store(tenant, id, resource, require(tenant, id), context);
    }

    @Override
    public void deleteResource(String id, Context context) {
        Directory.Tenant tenant = TenantContext.of(context);
        require(tenant, id);
        remove(tenant, id);
    }

    private R store(Directory.Tenant tenant, String id, R resource, @Nullable E before, Context context) {
        E entry = read(tenant, resource, id, before);
        put(tenant, id, entry);
        return shown(tenant, id, entry, context);
    }

    private E require(Directory.Tenant tenant, String id) {
        E found = all(tenant).get(id);
        if (found == null) {
            throw new ResourceNotFoundException("no " + what + " has the id '" + id + "'");
        }
        return found;
    }
}
