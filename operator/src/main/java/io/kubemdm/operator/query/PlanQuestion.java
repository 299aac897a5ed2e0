package io.kubemdm.operator.query;

import io.kubemdm.operator.https.Refused;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * For which namespace a plan is asked. What is to be planned is in the body, which nobody reads before the rights are known.
 *
 * @param namespace an RFC 1123 label
 */
record PlanQuestion(String namespace) {

    /** Where it is asked. */
    static final String PATH = "/v1/plan";

    /**
     * Reads the parameters.
     *
     * @throws Refused 400 that names the parameter
     */
    static PlanQuestion of(Iterable<Map.Entry<String, String>> parameters) {
        @Nullable String namespace = Question.read(parameters, Set.of("namespace")).get("namespace");
        if (namespace == null || !Question.LABEL.matcher(namespace).matches()) {
            throw Refused.parameter("namespace", "required, an RFC 1123 label");
        }
        return new PlanQuestion(namespace);
    }

    /** A plan tells of the namespace's devices, how they stand, and of its other rollouts. */
    List<Right> rights() {
        return List.of(new Right("list", namespace, ""), new Right("rollouts", "list", namespace, ""));
    }
}
