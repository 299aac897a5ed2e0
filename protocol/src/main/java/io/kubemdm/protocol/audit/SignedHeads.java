package io.kubemdm.protocol.audit;

import io.kubemdm.protocol.audit.Flaw.Kind;
import io.kubemdm.protocol.event.Checkpoint;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.json.MalformedJson;
import io.kubemdm.protocol.trust.JwsType;
import io.kubemdm.protocol.trust.SignatureRefused;
import io.kubemdm.protocol.trust.Verifier;
import java.time.Instant;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The signed heads of one partition. Each must be the hash of a record of the log. Of those that are, the last one's
 * signature is checked: it vouches for all before it. Of those that are not, the earliest one's is, since only the engine
 * can accuse the log.
 */
final class SignedHeads {

    private record Pending(Checkpoint checkpoint, String jws) {}

    private final int partition;
    private final @Nullable Verifier verifier;
    private final Map<String, Pending> unseen = new HashMap<>();
    private @Nullable Flaw forged;
    private @Nullable Pending lastSeen;
    private long lastSeenOffset = -1;

    /** @param verifier null when nobody said whose signatures to believe */
    SignedHeads(int partition, @Nullable Verifier verifier) {
        this.partition = partition;
        this.verifier = verifier;
    }

    void add(SignedHead head) {
        try {
            Checkpoint checkpoint = payload(head.jws());
            if (checkpoint.partition() != partition) {
                throw new MalformedJson("it is about partition " + checkpoint.partition());
            }
            unseen.put(checkpoint.chain(), new Pending(checkpoint, head.jws()));
        } catch (MalformedJson | IllegalArgumentException e) {
            forge("the head at offset " + head.offset() + " of mdm.checkpoints is none: " + e.getMessage());
        }
    }

    /** A record of the log; true when a signed head stands at it. */
    boolean seen(String hash, long offset) {
        Pending found = unseen.remove(hash);
        if (found == null) {
            return false;
        }
        lastSeen = found;
        lastSeenOffset = offset;
        return true;
    }

    /** Offset of the last record a signed head stands at, -1 without one. */
    long lastSeenOffset() {
        return lastSeenOffset;
    }

    /** What the heads say against a log whose records are these. */
    @Nullable Flaw judge(ChainVerifier chain, boolean fromStart) {
        Instant from = chain.firstTime();
        Pending missed = unseen.values().stream()
                .filter(head ->
                        fromStart || (from != null && head.checkpoint().at().isAfter(from)))
                .min(Comparator.comparing(head -> head.checkpoint().at()))
                .orElse(null);
        if (missed != null && believed(missed)) {
            return accusation(missed.checkpoint(), chain);
        }
        if (lastSeen != null) {
            believed(lastSeen);
        }
        return forged;
    }

    private Flaw accusation(Checkpoint head, ChainVerifier chain) {
        Instant last = chain.lastTime();
        String signed = "the head signed at " + head.at() + (verifier == null ? " (signature not checked)" : "");
        return last == null || !last.isAfter(head.at())
                ? new Flaw(
                        Kind.Cut,
                        partition,
                        chain.lastOffset(),
                        signed + " is beyond the last record: records after it are missing, or it was edited")
                : new Flaw(
                        Kind.Rewritten,
                        partition,
                        lastSeenOffset,
                        signed + " is in no record: the log was written anew after this offset");
    }

    private boolean believed(Pending head) {
        if (verifier == null) {
            return true;
        }
        try {
            verifier.verify(JwsType.CHECKPOINT, head.jws(), Checkpoint.class);
            return true;
        } catch (SignatureRefused e) {
            forge("the head of " + head.checkpoint().at() + " is not the engine's: " + e.getMessage());
            return false;
        }
    }

    private void forge(String detail) {
        forged = forged == null ? new Flaw(Kind.ForgedHead, partition, lastSeenOffset, detail) : forged;
    }

    private static Checkpoint payload(String jws) {
        String[] parts = jws.split("\\.", -1);
        if (parts.length != 3) {
            throw new MalformedJson("not a compact JWS");
        }
        return Json.read(Base64.getUrlDecoder().decode(parts[1]), Checkpoint.class);
    }
}
