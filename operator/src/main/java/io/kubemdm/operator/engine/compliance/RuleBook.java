package io.kubemdm.operator.engine.compliance;

import io.kubemdm.bus.CompactedTopic;
import io.kubemdm.protocol.bundle.Digest;
import io.kubemdm.protocol.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bundles of {@code mdm.bundles} by digest, each compiled when first judged by; then its rules are kept and its bytes are
 * not. Bytes of those not judged by yet are bounded: the oldest are compiled before their time. A bundle is what its digest says, and
 * the digest comes from the operator's order, so its signature is the device's business. Safe for several threads.
 */
public final class RuleBook {

    private static final Logger LOG = LoggerFactory.getLogger(RuleBook.class);

    /** Bytes of bundles that nobody was judged by yet. */
    private static final long MAX_WAITING = 32L << 20;

    private final BundleRules.Compiler compiler;
    private final long maxWaiting;
    private final Map<String, LoadedBundle> loaded = new ConcurrentHashMap<>();
    private final Map<String, byte[]> waiting = new LinkedHashMap<>();
    private long bytesWaiting;

    public RuleBook(BundleRules.Compiler compiler) {
        this(compiler, MAX_WAITING);
    }

    /** @param maxWaiting bytes of bundles that wait to be judged by */
    RuleBook(BundleRules.Compiler compiler, long maxWaiting) {
        this.compiler = compiler;
        this.maxWaiting = maxWaiting;
    }

    /** Takes a record of {@code mdm.bundles}; one whose content is not what its key says is skipped. */
    public void accept(CompactedTopic.Entry entry) {
        byte[] value = entry.value();
        if (value == null) {
            forget(entry.key());
            return;
        }
        byte[] content = payload(value);
        if (content == null || !Digest.of(content).equals(entry.key())) {
            LOG.error("not a bundle offset={} key={}", entry.offset(), entry.key());
            return;
        }
        put(entry.key(), content);
    }

    /** Adds the bundle {@code digest}. */
    public void put(String digest, byte[] canonical) {
        synchronized (waiting) {
            if (!loaded.containsKey(digest) && waiting.put(digest, canonical) == null) {
                bytesWaiting += canonical.length;
            }
            while (bytesWaiting > maxWaiting) {
                load(waiting.keySet().iterator().next());
            }
        }
    }

    private void forget(String digest) {
        synchronized (waiting) {
            taken(digest);
            loaded.remove(digest);
        }
    }

    /** What the bundle says besides its rules; null while it is not there. */
    public LineDecision.@Nullable Bundle bundle(String digest) {
        LoadedBundle found = find(digest);
        return found == null ? null : found.bundle();
    }

    @Nullable LoadedBundle find(String digest) {
        LoadedBundle ready = loaded.get(digest);
        if (ready != null) {
            return ready;
        }
        synchronized (waiting) {
            load(digest);
            return loaded.get(digest);
        }
    }

    private void load(String digest) {
        byte[] content = taken(digest);
        if (content != null) {
            loaded.put(digest, LoadedBundle.of(digest, content, compiler));
        }
    }

    private byte @Nullable [] taken(String digest) {
        byte[] content = waiting.remove(digest);
        if (content != null) {
            bytesWaiting -= content.length;
        }
        return content;
    }

    /** The payload of a compact JWS, unverified. */
    private static byte @Nullable [] payload(byte[] jws) {
        String[] parts = jws.length > 2 * Json.MAX_BYTES
                ? new String[0]
                : new String(jws, StandardCharsets.US_ASCII).split("\\.", -1);
        try {
            return parts.length == 3 ? Base64.getUrlDecoder().decode(parts[1]) : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
