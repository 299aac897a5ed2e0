package io.kubemdm.operator.watch;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;

/**
 * Makes a controller look at an object again. A bell only: it may get lost before the controller runs or for an object it
 * has not seen, and then the controller's own first look finds what it was rung for.
 */
public final class Bell<R extends HasMetadata> extends SimpleInboundEventSource<R> {

    public Bell() {
        super("bell");
    }

    /** Rings for one object. */
    public void ring(String namespace, String name) {
        propagateEvent(new ResourceID(name, namespace));
    }
}
