package io.kubemdm.gateway.enroll;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a request goes: {@code /.well-known/est/[label/]<operation>} (RFC 7030 §3.2.2).
 *
 * @param label the namespace, when given
 */
record EstPath(@Nullable String label, Operation operation) {

    /** What EST offers here. */
    enum Operation {
        CACERTS("GET"),
        CSRATTRS("GET"),
        SIMPLEENROLL("POST"),
        SIMPLEREENROLL("POST");

        private final String method;

        Operation(String method) {
            this.method = method;
        }

        String method() {
            return method;
        }
    }

    private static final Pattern PATH = Pattern.compile(
            "/\\.well-known/est/(?:([a-z0-9][-a-z0-9]{0,62})/)?" + "(cacerts|csrattrs|simpleenroll|simplereenroll)");

    /**
     * Reads a request's path and method.
     *
     * @throws Refused with 404 or 405
     */
    static EstPath of(String method, @Nullable String path) {
        Matcher matcher = PATH.matcher(path == null ? "" : path);
        if (!matcher.matches()) {
            throw new Refused(new Refusal(
                    404,
                    "nothing here: EST is at /.well-known/est/{cacerts,csrattrs,simpleenroll,simplereenroll}",
                    null));
        }
        Operation operation = Operation.valueOf(matcher.group(2).toUpperCase(java.util.Locale.ROOT));
        if (!operation.method().equals(method)) {
            throw new Refused(new Refusal(405, matcher.group(2) + " takes " + operation.method() + " only", null));
        }
        return new EstPath(matcher.group(1), operation);
    }
}
