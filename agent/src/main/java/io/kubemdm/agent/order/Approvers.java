package io.kubemdm.agent.order;

import io.kubemdm.agent.store.Documents;
import io.kubemdm.agent.store.Store;
import io.kubemdm.agent.store.StoreFailed;
import io.kubemdm.protocol.approval.ApproverKeys;
import io.kubemdm.protocol.approval.WipeProof;
import io.kubemdm.protocol.approval.WipeStatement;
import io.kubemdm.protocol.order.CommandOrder;
import io.kubemdm.protocol.order.CommandType;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The people whose signatures this device demands before it erases itself. They are kept apart from the identity, so no
 * enrolment touches them; whoever can write the agent's folder, which is root alone, can take them away.
 */
public final class Approvers implements CommandDecision.Demand {

    /** What is only done when they agree. */
    private static final Set<CommandType> GUARDED = Set.of(CommandType.FullWipe, CommandType.CryptoErase);

    private static final Logger LOG = LoggerFactory.getLogger(Approvers.class);
    private static final String FILE = "approvers.json";

    private final Store store;

    public Approvers(Store store) {
        this.store = store;
    }

    /**
     * The keys in force, null for none.
     *
     * @throws StoreFailed when they cannot be read
     */
    public @Nullable ApproverKeys keys() {
        return Documents.read(store, FILE, ApproverKeys.class);
    }

    /**
     * Gives a device that has none its first keys; the same ones again change nothing.
     *
     * @throws IllegalArgumentException when it has others
     */
    public void found(ApproverKeys first) {
        ApproverKeys present = keys();
        if (present == null) {
            Documents.write(store, FILE, first);
        } else if (present.quorum() != first.quorum() || !present.keys().equals(first.keys())) {
            LOG.error("ALERT other approvers refused, those of version {} stay", present.version());
            throw new IllegalArgumentException("this device has other approvers, version " + present.version()
                    + ": only they replace themselves, see 'kubemdm-agent approvers replace'");
        }
    }

    /**
     * Puts others in the place of those in force.
     *
     * @throws IllegalArgumentException why not
     */
    public void replace(ApproverKeys next, List<String> signatures) {
        ApproverKeys present = keys();
        if (present == null) {
            throw new IllegalArgumentException("this device has no approvers: give them when it enrols");
        }
        Documents.write(store, FILE, present.replacedBy(next, signatures));
    }

    /** Takes them away; for root at the device. */
    public void reset() {
        store.delete(FILE);
    }

    @Override
    public boolean isMet(CommandOrder order, Instant serverNow) {
        if (!GUARDED.contains(order.type())) {
            return true;
        }
        ApproverKeys keys;
        try {
            keys = keys();
        } catch (StoreFailed e) {
            LOG.error("approvers cannot be read, nothing is erased: {}", e.getMessage());
            return false;
        }
        if (keys == null) {
            return true;
        }
        WipeProof proof = order.proof();
        // The id binds the signatures to one request: what was answered once is never carried out again.
        boolean met = proof != null
                && order.id().equals(proof.nonce() + "-" + order.epoch())
                && serverNow.isBefore(proof.notAfter())
                && keys.agree(
                        new WipeStatement(order.device(), order.epoch(), order.type(), proof.nonce(), proof.notAfter()),
                        proof);
        if (!met) {
            LOG.error(
                    "ALERT command without quorum id={} type={} demanded={} signatures={}",
                    order.id(),
                    order.type(),
                    keys.quorum(),
                    proof == null ? 0 : proof.signatures().size());
        }
        return met;
    }
}
