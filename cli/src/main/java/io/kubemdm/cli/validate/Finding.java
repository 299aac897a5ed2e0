package io.kubemdm.cli.validate;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of one document, or of a whole file.
 *
 * @param file as it was named
 * @param document its number in the file, from 1; 0 when the whole file is meant
 * @param line where it begins, from 1; 0 when the whole file is meant
 * @param kind such as {@code PolicyBundle}; null when it has none
 * @param name of the object; null when it has none
 * @param cost of a PolicyBundle's rules, as {@code RuleSet.cost} says; null of others
 * @param problems why it is invalid or not checked; empty otherwise
 */
record Finding(
        String file,
        int document,
        int line,
        @Nullable String kind,
        @Nullable String name,
        Result result,
        @Nullable Long cost,
        List<Problem> problems) {

    /** What it is. */
    enum Result {
        Valid,
        Invalid,
        /** Of another API group: nothing is said about it. */
        PassedOver,
        NotChecked
    }

    /** A finding about a whole file. */
    static Finding ofFile(String file, Result result, int line, String message) {
        return new Finding(file, 0, 0, null, null, result, null, List.of(new Problem("", line, message)));
    }
}
