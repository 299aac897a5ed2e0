package io.kubemdm.gateway.enroll;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A failure with everything that led to it, on one line. */
final class Causes {

    private static final int DEEPEST = 8;

    private Causes() {}

    /** The failure and its causes, outermost first. */
    static Stream<Throwable> of(Throwable failure) {
        return Stream.iterate(failure, each -> each != null, Throwable::getCause)
                .limit(DEEPEST);
    }

    /** Class and message of each, for the log. */
    static String line(Throwable failure) {
        return of(failure)
                .map(each -> each.getClass().getSimpleName() + ": " + each.getMessage())
                .collect(Collectors.joining(" <- "));
    }
}
