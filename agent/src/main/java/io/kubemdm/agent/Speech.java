package io.kubemdm.agent;

import io.kubemdm.agent.link.Link;
import io.kubemdm.agent.wipe.Departure;
import io.kubemdm.protocol.message.AgentReport;
import io.kubemdm.protocol.message.BundleRequested;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.message.ReceiptHandedIn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the agent says over its link, and which bundles and receipts an answer to it is about. On the agent's thread. */
final class Speech implements Departure.Mail {

    /** As many bundles as a gateway fetches for one session at a time. */
    private static final int MAX_ASKED = 8;

    private final Link link;
    private final AgentObserver observer;
    private final Map<MessageId, String> bundles = new HashMap<>(2);
    private final Map<MessageId, String> receipts = new HashMap<>(2);

    Speech(Link link, AgentObserver observer) {
        this.link = link;
        this.observer = observer;
    }

    /** Says it until it is acknowledged, a heartbeat once. */
    void say(AgentReport report) {
        MessageId id = link.report(report);
        if (id != null) {
            if (report instanceof ReceiptHandedIn receipt) {
                receipts.put(id, receipt.id());
            }
            observer.onReported(report, id);
        }
    }

    /** Asks for a bundle, unless that is asked already or too much is. */
    void ask(String digest) {
        if (!bundles.containsValue(digest) && bundles.size() < MAX_ASKED) {
            MessageId id = link.ask(new BundleRequested(digest));
            if (id != null) {
                bundles.put(id, digest);
            }
        }
    }

    /** A bundle came. */
    void delivered(String digest) {
        bundles.values().remove(digest);
    }

    /** The session is over, and with it what was asked in it. */
    void closed() {
        bundles.clear();
    }

    /** The bundle that a refused message asked for, null when it asked for none; asked once. */
    @Nullable String refusedBundle(MessageId id) {
        return bundles.remove(id);
    }

    /** The command whose receipt a refused message handed in, null when it was no receipt; asked once. */
    @Nullable String refusedReceipt(MessageId id) {
        return receipts.remove(id);
    }

    /** The commands whose receipts are in Kafka now; asked once. */
    List<String> acknowledgedReceipts(MessageId upTo) {
        List<String> acknowledged = new ArrayList<>(1);
        receipts.entrySet().removeIf(receipt -> {
            boolean known = receipt.getKey().compareTo(upTo) <= 0;
            if (known) {
                acknowledged.add(receipt.getValue());
            }
            return known;
        });
        return acknowledged;
    }

    @Override
    public boolean isWaiting(String id) {
        return link.outbox().waiting().stream()
                .anyMatch(e -> e.body() instanceof ReceiptHandedIn receipt
                        && receipt.id().equals(id));
    }

    @Override
    public void handIn(String id, String receipt) {
        say(new ReceiptHandedIn(id, receipt));
    }
}
