package io.kubemdm.operator.compliance;

import org.jspecify.annotations.Nullable;

/** A notification did not arrive; the message says why, without the address and secrets. */
final class NotDelivered extends Exception {

    private static final long serialVersionUID = 1L;

    NotDelivered(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
