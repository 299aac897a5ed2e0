package io.kubemdm.operator.engine.compliance;

import io.kubemdm.bus.CompactedTopic;
import io.kubemdm.protocol.bundle.Digest;
import io.kubemdm.protocol.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bundles of {@code mdm.bundles} by digest, each compiled when first judged by. A bundle is what its digest says, and
 * the digest comes from the operator's order, so its signature is the device's business. Safe for several threads.
 */
public final class RuleBook {

    private static final Logger LOG = LoggerFactory.getLogger(RuleBook.class);

    private final BundleRules.Compiler compiler;
    private final Map<String, byte[]> contents = new ConcurrentHashMap<>();
    private final Map<String, LoadedBundle> loaded = new ConcurrentHashMap<>();

    public RuleBook(BundleRules.Compiler compiler) {
        this.compiler = compiler;
    }

    /** Takes a record of {@code mdm.bundles}; one whose content is not what its key says is skipped. */
    public void accept(CompactedTopic.Entry entry) {
        byte[] value = entry.value();
        if (value == null) {
            contents.remove(entry.key());
            loaded.remove(entry.key());
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
        if (!loaded.containsKey(digest)) {
            contents.put(digest, canonical);
        }
    }

    /** What the bundle says besides its rules; null while it is not there. */
    public LineDecision.@Nullable Bundle bundle(String digest) {
        LoadedBundle found = find(digest);
        return found == null ? null : found.bundle();
    }

    @Nullable LoadedBundle find(String digest) {
        LoadedBundle ready = loaded.get(digest);
        byte[] content = ready == null ? contents.get(digest) : null;
        if (content == null) {
            return ready;
        }
        LoadedBundle made = loaded.computeIfAbsent(digest, key -> LoadedBundle.of(key, content, compiler));
        contents.remove(digest);
        return made;
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
