package io.kubemdm.operator.outgoing;

import org.jspecify.annotations.Nullable;

/** What somebody else wrote, made fit for a status. */
public final class ForeignText {

    private static final int MAX = 200;

    private ForeignText() {}

    /** One line without control characters, at most {@value #MAX} characters. */
    public static String shortened(@Nullable String message) {
        String line = String.valueOf(message).replaceAll("\\p{Cntrl}+", " ").strip();
        return line.length() <= MAX ? line : line.substring(0, MAX - 1) + "…";
    }
}
