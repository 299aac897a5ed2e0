package io.kubemdm.gateway.downlink;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.protocol.trust.JwsType;
import io.kubemdm.protocol.trust.SignatureRefused;
import io.kubemdm.protocol.trust.Verifier;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Bundles that are handed out if they are the operator's. Safe for several threads. */
final class Bundles {

    private record Belief(String jws, Verifier by) {}

    private final Supplier<Verifier> trust;
    private final BundleShelf shelf = new BundleShelf();
    private final Map<String, Belief> beliefs = new ConcurrentHashMap<>();

    Bundles(Supplier<Verifier> trust) {
        this.trust = trust;
    }

    /** Puts a bundle there, or takes it away. */
    void put(OrderRecord.Bundle bundle) {
        String jws = bundle.jws();
        if (jws == null) {
            shelf.remove(bundle.digest());
            beliefs.remove(bundle.digest());
        } else {
            shelf.put(bundle.digest(), jws);
        }
    }

    /** See {@link Downlink#bundle}; completes exceptionally with {@link SignatureRefused}. */
    CompletableFuture<String> find(String digest) {
        CompletableFuture<String> found = shelf.await(digest);
        CompletableFuture<String> believed = found.thenApply(jws -> believed(digest, jws));
        var unused = believed.whenComplete((jws, failure) -> {
            if (failure != null) {
                found.cancel(false);
            }
        });
        return believed;
    }

    /** A thousand devices ask for the same bundle: it is checked once. */
    private String believed(String digest, String jws) {
        Belief belief = new Belief(jws, trust.get());
        if (!belief.equals(beliefs.get(digest))) {
            belief.by().verify(JwsType.BUNDLE, jws, JsonNode.class);
            beliefs.put(digest, belief);
        }
        return jws;
    }
}
