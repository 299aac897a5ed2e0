package io.kubemdm.gateway.enroll;

import org.jspecify.annotations.Nullable;

/**
 * Why there is no certificate, for whoever reads it on a terminal.
 *
 * @param status the HTTP status
 * @param message one line that names the field and the remedy; never a secret
 * @param retryAfterSeconds when the same request may succeed later
 */
record Refusal(int status, String message, @Nullable Integer retryAfterSeconds) implements EnrolmentAnswer {

    Refusal {
        if (status == 503 && retryAfterSeconds == null) {
            throw new IllegalArgumentException("whoever is to come again is told when");
        }
    }

    static Refusal badRequest(String message) {
        return new Refusal(400, message, null);
    }

    static Refusal unauthorized(String message) {
        return new Refusal(401, message, null);
    }

    static Refusal forbidden(String message) {
        return new Refusal(403, message, null);
    }

    static Refusal unavailable(String message) {
        return new Refusal(503, message, 5);
    }
}
