package io.kubemdm.gateway.channel;

import io.kubemdm.gateway.downlink.Downlink;
import io.kubemdm.protocol.message.BundleDelivered;
import io.kubemdm.protocol.message.GatewayMessage;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.message.MessageRefused;
import io.vertx.core.Context;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The bundles one session has asked for. One that is not there yet is waited for a moment, because the order that names
 * it may have overtaken it; after that the agent asks again whenever it likes.
 */
final class BundleErrands {

    /** How long a bundle that is about to arrive is waited for, in milliseconds. */
    static final long PATIENCE_MS = 2_000;

    private static final int MAX_ERRANDS = 8;

    /** Compact JWS is base64 in JSON: what is longer does not fit a frame. */
    private static final int MAX_JWS = (1 << 20) - 1_024;

    private final Downlink downlink;
    private final Context context;
    private final Consumer<GatewayMessage> answers;
    private final Map<String, CompletableFuture<String>> errands = new HashMap<>();

    BundleErrands(Downlink downlink, Context context, Consumer<GatewayMessage> answers) {
        this.downlink = downlink;
        this.context = context;
        this.answers = answers;
    }

    /** Answers with {@link BundleDelivered}, or {@link MessageRefused} naming {@code id}. On the event loop. */
    void fetch(String digest, MessageId id) {
        if (errands.containsKey(digest)) {
            return;
        }
        if (errands.size() >= MAX_ERRANDS) {
            answers.accept(refusal(id, "TooManyRequests", "at most " + MAX_ERRANDS + " bundles at a time"));
            return;
        }
        CompletableFuture<String> errand = downlink.bundle(digest);
        errands.put(digest, errand);
        var unused = errand.orTimeout(PATIENCE_MS, TimeUnit.MILLISECONDS)
                .whenComplete((jws, failure) -> context.runOnContext(ignored -> {
                    if (errands.remove(digest, errand)) {
                        answers.accept(answer(digest, id, jws));
                    }
                }));
    }

    /** Forgets them all. On the event loop. */
    void cancel() {
        Map<String, CompletableFuture<String>> left = Map.copyOf(errands);
        errands.clear();
        left.values().forEach(errand -> errand.cancel(false));
    }

    private static GatewayMessage answer(String digest, MessageId id, @Nullable String jws) {
        if (jws == null) {
            return refusal(id, "UnknownDigest", "no bundle with this digest is published here; ask again later");
        }
        return jws.length() > MAX_JWS
                ? refusal(id, "TooLarge", "the bundle does not fit a frame")
                : new BundleDelivered(digest, jws);
    }

    private static MessageRefused refusal(MessageId id, String reason, String message) {
        return new MessageRefused(id.boot(), id.n(), reason, message);
    }
}
