package io.kubemdm.operator;

/** What this process does; one image serves both. */
public enum Role {
    /** Reconciles and dispatches; needs Kubernetes and Kafka. */
    CONTROL,
    /** Judges reports; needs Kafka only and never touches a Kubernetes client. */
    ENGINE
}
