package io.kubemdm.operator.automation.scim;

import de.captaingoldfish.scim.sdk.server.endpoints.Context;

/** In whose directory a request is answered; the caller has authenticated it. */
final class TenantContext extends Context {

    private final Directory.Tenant tenant;

    TenantContext(Directory.Tenant tenant) {
        super(null);
        this.tenant = tenant;
    }

    /** The tenant of a context that {@link ScimService} made. */
    static Directory.Tenant of(Context context) {
        return ((TenantContext) context).tenant;
    }
}
