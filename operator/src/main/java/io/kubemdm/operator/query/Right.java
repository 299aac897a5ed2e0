package io.kubemdm.operator.query;

/**
 * What somebody must be allowed on {@code devices.kubemdm.io} to be answered.
 *
 * @param namespace empty for all of them
 * @param name empty for any
 */
record Right(String verb, String namespace, String name) {

    @Override
    public String toString() {
        return verb + " devices.kubemdm.io" + (name.isEmpty() ? "" : " " + name)
                + (namespace.isEmpty() ? " in all namespaces" : " in namespace " + namespace);
    }
}
