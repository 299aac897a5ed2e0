package io.kubemdm.operator.automation;

import io.kubemdm.operator.https.Refused;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whom a request is for, read from its path. Pure. */
sealed interface Route {

    /** The tenant's namespace. */
    String namespace();

    /** The tenant's SCIM service. */
    record Scim(String namespace) implements Route {}

    /** The tenant's webhook. */
    record Hooks(String namespace) implements Route {}

    /** A namespace is an RFC 1123 label. */
    Pattern PATH = Pattern.compile(
            "/tenants/(?<namespace>[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)/(?<what>hooks|scim/v2)(?<rest>/.*)?");

    /**
     * Reads a path.
     *
     * @throws Refused 404 for another one
     */
    static Route of(String path) {
        Matcher matcher = PATH.matcher(path);
        if (matcher.matches()) {
            String namespace = matcher.group("namespace");
            if (matcher.group("what").startsWith("scim")) {
                return new Scim(namespace);
            }
            if (matcher.group("rest") == null) {
                return new Hooks(namespace);
            }
        }
        throw new Refused(404, "there is /tenants/NAMESPACE/hooks and /tenants/NAMESPACE/scim/v2");
    }
}
