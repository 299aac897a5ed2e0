package io.kubemdm.operator.dispatch;

import org.jspecify.annotations.Nullable;

/** A batch is not on record; trying again is safe. */
public final class DispatchFailed extends RuntimeException {

    private static final long serialVersionUID = 1L;

    DispatchFailed(@Nullable String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
