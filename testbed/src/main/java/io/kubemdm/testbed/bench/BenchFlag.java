package io.kubemdm.testbed.bench;

/**
 * A feature flag without rules, in the ConfigMap that the region's operator reads.
 *
 * @param key its name; the only flag of the region
 */
record BenchFlag(BenchFleet bench, String key) {

    /** Field of a Rollout's spec that names it. */
    String field() {
        return "featureFlag: {key: " + key + "}";
    }

    /** Turns it on or off for everybody; the API server has answered when this returns. */
    void turn(boolean on) {
        bench.client().resource("""
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: kubemdm-flags, namespace: kubemdm-system}
                data:
                  flags.json: |
                    {"flags": {"%s": {"state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "%s"}}}
                """.formatted(key, on ? "on" : "off")).serverSideApply();
    }
}
