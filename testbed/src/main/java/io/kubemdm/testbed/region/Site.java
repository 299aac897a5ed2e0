package io.kubemdm.testbed.region;

import io.kubemdm.testbed.Checkout;
import io.kubemdm.testbed.process.ChildSpec;
import io.kubemdm.testbed.region.RegionState.Condition;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Where a region is built and with what.
 *
 * @param checkout the programs
 * @param folder the region
 * @param roster who is told of every step and part
 * @param environment of the person who built it
 * @param executor of steps; each may block
 */
record Site(Checkout checkout, RegionFolder folder, Roster roster, Map<String, String> environment, Executor executor) {

    /** Where the services live. */
    static final String NAMESPACE = "kubemdm-system";

    /** Where the first devices live. */
    static final String DEFAULT_TENANT = "default";

    /** Names the chart's profile; absent means its default. */
    static final String PROFILE = "KUBEMDM_PROFILE";

    /** The chart's profile. */
    String profile() {
        String named = environment.get(PROFILE);
        return named == null || named.isBlank() ? "default" : named;
    }

    /** Whether one gateway has all roles. */
    boolean isSmall() {
        return profile().equals("small");
    }

    /** Does something that ends, in a thread of its own, and tells of it. */
    <T> CompletableFuture<T> step(String name, Function<Consumer<String>, T> work) {
        return CompletableFuture.supplyAsync(() -> run(name, work), executor);
    }

    /** Does something that ends after something else, and tells of it. */
    <A, T> CompletableFuture<T> stepAfter(CompletableFuture<A> before, String name, Function<A, T> work) {
        return before.thenApplyAsync(result -> run(name, progress -> work.apply(result)), executor);
    }

    private <T> T run(String name, Function<Consumer<String>, T> work) {
        roster.tell(name, Condition.STARTING, null);
        try {
            T result = work.apply(detail -> roster.tell(name, Condition.STARTING, detail));
            roster.tell(name, Condition.DONE, null);
            return result;
        } catch (RuntimeException e) {
            roster.tell(name, Condition.FAILED, e.getMessage());
            throw e;
        }
    }

    /** A part with nothing to it but its process. */
    WatchedPart part(ChildSpec spec, List<Integer> ports, PartProbe probe) {
        return new WatchedPart(folder.path(), spec, "", ports, probe, roster);
    }

    /** The Java that runs us runs them. */
    static Path java() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }
}
