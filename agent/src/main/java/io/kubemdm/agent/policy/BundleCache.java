package io.kubemdm.agent.policy;

import com.nimbusds.jose.JWSObject;
import io.kubemdm.agent.driver.SettingRefused;
import io.kubemdm.agent.store.Store;
import io.kubemdm.agent.store.StoreFailed;
import io.kubemdm.protocol.bundle.BundleContent;
import io.kubemdm.protocol.bundle.Digest;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.json.MalformedJson;
import io.kubemdm.protocol.trust.JwsType;
import io.kubemdm.protocol.trust.SignatureRefused;
import io.kubemdm.protocol.trust.Verifier;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Bundles by digest, on disk as they were signed. What is in here was believed when it came. */
final class BundleCache {

    private static final Logger LOG = LoggerFactory.getLogger(BundleCache.class);
    private static final String FOLDER = "bundles";

    private final Store store;
    private final Supplier<Verifier> verifier;
    private final Map<String, BundleContent> read = new HashMap<>(2);

    BundleCache(Store store, Supplier<Verifier> verifier) {
        this.store = store;
        this.verifier = verifier;
    }

    /** The bundle, null when it is not here. */
    @Nullable BundleContent find(String digest) {
        BundleContent known = read.get(digest);
        if (known != null) {
            return known;
        }
        byte[] jws = store.read(file(digest));
        if (jws == null) {
            return null;
        }
        try {
            byte[] payload = JWSObject.parse(new String(jws, StandardCharsets.US_ASCII))
                    .getPayload()
                    .toBytes();
            if (!Digest.of(payload).equals(digest)) {
                LOG.warn("bundle on disk is damaged, asking again digest={}", digest);
                return null;
            }
            BundleContent content = Json.read(payload, BundleContent.class);
            read.put(digest, content);
            return content;
        } catch (ParseException | MalformedJson e) {
            LOG.warn("bundle on disk is damaged, asking again digest={} reason={}", digest, e.getMessage());
            return null;
        }
    }

    /**
     * Takes a delivered bundle in.
     *
     * @throws SettingRefused when it is not what was asked for, or not signed by whom we trust
     */
    void accept(PolicyRef wanted, String jws) {
        Verifier.Verified<BundleContent> verified;
        try {
            verified = verifier.get().verify(JwsType.BUNDLE, jws, BundleContent.class);
        } catch (SignatureRefused e) {
            throw new SettingRefused(e.reason().name(), "the bundle is refused: " + e.getMessage());
        }
        if (!verified.digest().equals(wanted.digest())) {
            throw new SettingRefused(
                    "DigestMismatch", "asked for " + wanted.digest() + ", got content of " + verified.digest());
        }
        BundleContent content = verified.payload();
        if (!content.policy().equals(wanted.policy()) || !content.version().equals(wanted.version())) {
            throw new SettingRefused(
                    "WrongBundle",
                    "the bundle is " + content.policy() + " " + content.version() + ", not " + wanted.policy() + " "
                            + wanted.version());
        }
        read.put(wanted.digest(), content);
        try {
            store.write(file(wanted.digest()), jws.getBytes(StandardCharsets.US_ASCII));
        } catch (StoreFailed e) {
            LOG.error("bundle is kept in memory only digest={}: {}", wanted.digest(), e.getMessage());
        }
    }

    /** Forgets all but these. */
    void keepOnly(Set<String> digests) {
        read.keySet().retainAll(digests);
        Set<String> names =
                digests.stream().filter(Digest::isDigest).map(BundleCache::file).collect(Collectors.toSet());
        for (String name : store.list(FOLDER)) {
            if (!names.contains(name)) {
                store.delete(name);
            }
        }
    }

    private static String file(String digest) {
        if (!Digest.isDigest(digest)) {
            throw new SettingRefused("Malformed", "'" + digest + "' is not a digest");
        }
        return FOLDER + "/" + digest.substring("sha256:".length()) + ".jws";
    }
}
