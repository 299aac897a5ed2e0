package io.kubemdm.operator.query;

import io.kubemdm.crds.Api;

/**
 * What somebody must be allowed on objects of ours to be answered.
 *
 * @param resource plural, e.g. {@code devices}
 * @param namespace empty for all of them
 * @param name empty for any
 */
record Right(String resource, String verb, String namespace, String name) {

    Right(String verb, String namespace, String name) {
        this("devices", verb, namespace, name);
    }

    @Override
    public String toString() {
        return verb + " " + resource + "." + Api.GROUP + (name.isEmpty() ? "" : " " + name)
                + (namespace.isEmpty() ? " in all namespaces" : " in namespace " + namespace);
    }
}
