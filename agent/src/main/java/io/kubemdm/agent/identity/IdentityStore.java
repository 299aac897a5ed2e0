package io.kubemdm.agent.identity;

import io.kubemdm.agent.store.Documents;
import io.kubemdm.agent.store.Store;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.trust.Pem;
import io.kubemdm.protocol.trust.TrustBundle;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The identity on disk. One document holds all but the key, so that a change of certificate is one atomic write. */
public final class IdentityStore {

    private static final String NAME = "identity.json";
    private static final String PENDING = "pending.json";

    private final Store store;
    private final DeviceKeys keys;

    /** An identity in {@code store} whose keys live in {@code keys}. */
    public IdentityStore(Store store, DeviceKeys keys) {
        this.store = store;
        this.keys = keys;
    }

    /** What is written down. */
    record Written(
            DeviceId device,
            String key,
            List<String> certificates,
            List<String> trust,
            String server,
            List<String> gateways) {}

    /** The identity, null when the device is not enrolled. */
    public @Nullable Identity read() {
        Written written = Documents.read(store, NAME, Written.class);
        if (written == null) {
            return null;
        }
        DeviceKey key = keys.find(written.key());
        if (key == null) {
            return null;
        }
        return new Identity(
                written.device(),
                key,
                parsed(written.certificates()),
                new TrustBundle(parsed(written.trust())),
                written.server(),
                written.gateways());
    }

    /** The key of an enrolment that is not through yet, made at the first try: a retry must ask with the same one. */
    NamedKey pending() {
        Pending pending = Documents.read(store, PENDING, Pending.class);
        DeviceKey known = pending == null ? null : keys.find(pending.key());
        if (pending != null && known != null) {
            return new NamedKey(pending.key(), known);
        }
        String name = "k-" + UUID.randomUUID();
        DeviceKey made = keys.create(name);
        Documents.write(store, PENDING, new Pending(name));
        return new NamedKey(name, made);
    }

    /** Makes {@code identity} the device's own, whose key is the pending one, and destroys the former key. */
    void enrolled(Identity identity, String key) {
        Written former = Documents.read(store, NAME, Written.class);
        write(identity, key);
        store.delete(PENDING);
        if (former != null && !former.key().equals(key)) {
            keys.erase(former.key());
        }
    }

    /** Replaces certificates and trust of the enrolled identity. */
    void renewed(Identity identity) {
        Written former = Documents.read(store, NAME, Written.class);
        if (former == null) {
            throw new IllegalStateException("renewed without an identity");
        }
        write(identity, former.key());
    }

    private void write(Identity identity, String key) {
        Documents.write(
                store,
                NAME,
                new Written(
                        identity.device(),
                        key,
                        identity.certificates().stream().map(Pem::of).toList(),
                        identity.trust().certificates().stream().map(Pem::of).toList(),
                        identity.server(),
                        identity.gateways()));
    }

    /** Takes keys and certificate away; the keys first, because their names are in the documents and a kill may come. */
    public void erase() {
        Written written = Documents.read(store, NAME, Written.class);
        Pending pending = Documents.read(store, PENDING, Pending.class);
        if (pending != null) {
            keys.erase(pending.key());
        }
        if (written != null) {
            keys.erase(written.key());
        }
        store.delete(PENDING);
        store.delete(NAME);
    }

    private static List<X509Certificate> parsed(List<String> pems) {
        return Pem.certificates(String.join("", pems));
    }

    /** A key and its name among the keys. */
    record NamedKey(String name, DeviceKey key) {}

    private record Pending(String key) {}
}
