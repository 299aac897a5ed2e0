package io.kubemdm.gateway.downlink;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Signed bundles by digest, and who waits for one that is about to arrive: a bundle and the order that names it are
 * committed together, but read from different partitions. Safe for several threads.
 */
final class BundleShelf {

    private final Map<String, String> bundles = new HashMap<>();
    private final Map<String, List<CompletableFuture<String>>> waiting = new HashMap<>();

    /** Puts a bundle there; whoever waits for it gets it. */
    void put(String digest, String jws) {
        List<CompletableFuture<String>> waiters;
        synchronized (this) {
            bundles.put(digest, jws);
            waiters = waiting.remove(digest);
        }
        if (waiters != null) {
            waiters.forEach(waiter -> waiter.complete(jws));
        }
    }

    /** Takes a bundle away. */
    synchronized void remove(String digest) {
        bundles.remove(digest);
    }

    /** The bundle, null when it is not there. */
    synchronized @Nullable String find(String digest) {
        return bundles.get(digest);
    }

    /** The bundle, once it is there; cancel it to stop waiting. */
    CompletableFuture<String> await(String digest) {
        CompletableFuture<String> answer = new CompletableFuture<>();
        synchronized (this) {
            String there = bundles.get(digest);
            if (there == null) {
                waiting.computeIfAbsent(digest, key -> new ArrayList<>()).add(answer);
            } else {
                answer.complete(there);
            }
        }
        return answer.whenComplete((jws, failure) -> forget(digest, answer));
    }

    /** How many wait. */
    synchronized int waiters() {
        return waiting.values().stream().mapToInt(List::size).sum();
    }

    private synchronized void forget(String digest, CompletableFuture<String> answer) {
        List<CompletableFuture<String>> waiters = waiting.get(digest);
        if (waiters != null) {
            waiters.removeIf(waiter -> waiter == answer);
            if (waiters.isEmpty()) {
                waiting.remove(digest);
            }
        }
    }
}
