package io.kubemdm.operator.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kubemdm.crds.policybundle.PolicyBundleSpec;
import io.kubemdm.crds.rollout.RolloutSpec;
import io.kubemdm.operator.https.Refused;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.json.MalformedJson;
import io.kubemdm.protocol.plan.RolloutPlan;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is to be foretold: a Rollout, and its PolicyBundle unless the cluster has it.
 *
 * @param rollout name of the Rollout
 * @param bundle null to take the namespace's own
 * @param names the most names of a list, 0 for none
 */
record PlanRequest(
        String namespace,
        String rollout,
        RolloutSpec spec,
        @Nullable PolicyBundleSpec bundle,
        int names) {

    /** A DNS subdomain (RFC 1123), as names of objects are. */
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");

    /**
     * Reads a body.
     *
     * @throws Refused 400 that names the field
     */
    static PlanRequest of(String namespace, byte[] body) {
        ObjectNode root;
        try {
            root = Json.read(body, ObjectNode.class);
        } catch (MalformedJson e) {
            throw new Refused(400, "body: " + e.getMessage(), e);
        } catch (StackOverflowError e) {
            throw new Refused(400, "body: is nested too deeply", e);
        }
        root.fieldNames().forEachRemaining(field -> {
            if (!field.equals("rollout") && !field.equals("bundle") && !field.equals("names")) {
                throw Refused.parameter(abbreviated(field), "unknown field; there is bundle, names, rollout");
            }
        });
        JsonNode rollout = manifest(namespace, root, "rollout", "Rollout");
        RolloutSpec spec = spec(rollout, "rollout", RolloutSpec.class);
        if (spec.bundleRef() == null || !NAME.matcher(spec.bundleRef().name()).matches()) {
            throw Refused.parameter("rollout.spec.bundleRef.name", "must be the name of a PolicyBundle");
        }
        if (spec.selector() == null) {
            throw Refused.parameter("rollout.spec.selector", "required; {} selects every device");
        }
        return new PlanRequest(
                namespace,
                rollout.at("/metadata/name").asText(),
                spec,
                root.hasNonNull("bundle")
                        ? bundle(namespace, root, spec.bundleRef().name())
                        : null,
                names(root.path("names")));
    }

    private static PolicyBundleSpec bundle(String namespace, JsonNode root, String wanted) {
        JsonNode bundle = manifest(namespace, root, "bundle", "PolicyBundle");
        if (!bundle.at("/metadata/name").asText().equals(wanted)) {
            throw Refused.parameter(
                    "bundle.metadata.name", "must be " + wanted + ", which rollout.spec.bundleRef names");
        }
        PolicyBundleSpec spec = spec(bundle, "bundle", PolicyBundleSpec.class);
        if (spec.policy() == null || spec.policy().isEmpty() || spec.version() == null) {
            throw Refused.parameter("bundle.spec", "policy and version are required");
        }
        return spec;
    }

    private static JsonNode manifest(String namespace, JsonNode root, String field, String kind) {
        JsonNode found = root.path(field);
        if (!found.isObject()) {
            throw Refused.parameter(field, "must be a " + kind + " as an object");
        }
        if (!found.path("kind").asText().equals(kind)) {
            throw Refused.parameter(field + ".kind", "must be " + kind);
        }
        if (!NAME.matcher(found.at("/metadata/name").asText()).matches()) {
            throw Refused.parameter(field + ".metadata.name", "must be the name of an object");
        }
        String of = found.at("/metadata/namespace").asText(namespace);
        if (!of.equals(namespace)) {
            throw Refused.parameter(field + ".metadata.namespace", "must be " + namespace + " or absent");
        }
        return found;
    }

    private static <T> T spec(JsonNode manifest, String field, Class<T> type) {
        try {
            return Json.convert(manifest.path("spec"), type);
        } catch (MalformedJson e) {
            throw new Refused(400, field + ".spec: " + e.getMessage(), e);
        }
    }

    private static int names(JsonNode given) {
        if (given.isMissingNode() || given.isNull()) {
            return 0;
        }
        if (!given.isInt() || given.intValue() < 0 || given.intValue() > RolloutPlan.MAX_NAMES) {
            throw Refused.parameter("names", "must be a whole number from 0 to " + RolloutPlan.MAX_NAMES);
        }
        return given.intValue();
    }

    private static String abbreviated(String name) {
        return name.length() <= 40 ? name : name.substring(0, 40) + "…";
    }
}
