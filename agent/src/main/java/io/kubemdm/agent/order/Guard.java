package io.kubemdm.agent.order;

import io.kubemdm.protocol.message.CommandAcknowledged.Refusal;
import io.kubemdm.protocol.order.CommandOrder;
import io.kubemdm.protocol.order.CommandType;
import io.kubemdm.protocol.order.Receipt;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the device remembers so that no order is obeyed twice or out of turn. On disk before anything is done.
 *
 * @param epoch the enrolment; never falls
 * @param desiredSeq highest counter obeyed in the desired lane
 * @param commandSeq highest counter accepted in the command lane
 * @param desired the desired order in force as it was signed, null for none
 * @param open the command being carried out, null for none
 * @param answered by id, until the command's {@code notAfter}
 * @param withdrawn ids that were taken back, with their {@code notAfter}
 */
public record Guard(
        long epoch,
        long desiredSeq,
        long commandSeq,
        @Nullable String desired,
        @Nullable Open open,
        SortedMap<String, Answered> answered,
        SortedMap<String, Instant> withdrawn) {

    public Guard {
        answered = Collections.unmodifiableSortedMap(answered == null ? new TreeMap<>() : new TreeMap<>(answered));
        withdrawn = Collections.unmodifiableSortedMap(withdrawn == null ? new TreeMap<>() : new TreeMap<>(withdrawn));
    }

    /**
     * A command accepted and not finished.
     *
     * @param plan what will be gone, found before anything was touched; null before it was made
     * @param erasure how far the erase of storage has come; null for types without one
     */
    public record Open(
            CommandOrder order,
            @Nullable List<String> plan,
            @Nullable Erasure erasure) {

        /** The same command signed again. */
        Open under(CommandOrder again) {
            return new Open(again, plan, erasure);
        }

        /** With its plan made. */
        public Open planned(List<String> made, @Nullable Erasure intended) {
            return new Open(order, made, intended);
        }

        /** With its erase further on. */
        public Open erasing(Erasure further) {
            return new Open(order, plan, further);
        }
    }

    /**
     * How a command was answered.
     *
     * @param seq the highest counter it was signed with
     * @param type what was asked
     * @param refusal null when it was obeyed
     * @param receipt the signed receipt, null when it was refused
     * @param outcome what the receipt says
     * @param handedIn whether the receipt has reached the outbox
     */
    public record Answered(
            long seq,
            Instant notAfter,
            CommandType type,
            @Nullable Refusal refusal,
            @Nullable String receipt,
            Receipt.@Nullable Outcome outcome,
            boolean handedIn) {

        /** Whether it took the device out of management. */
        boolean endsManagement() {
            return type.endsManagement() && outcome == Receipt.Outcome.Completed;
        }

        /** The same answer to a command signed again. */
        Answered under(long higherSeq, Instant laterNotAfter) {
            return new Answered(higherSeq, laterNotAfter, type, refusal, receipt, outcome, handedIn);
        }

        /** The same, its receipt in the outbox. */
        public Answered inOutbox() {
            return new Answered(seq, notAfter, type, refusal, receipt, outcome, true);
        }
    }

    /** A command that took the device out of management, carried out and signed. */
    public record Departing(String id, CommandType type, String receipt) {}

    /** The command after which the device leaves, null when it is under management. */
    public @Nullable Departing departing() {
        for (Map.Entry<String, Answered> answer : answered.entrySet()) {
            String receipt = answer.getValue().receipt();
            if (answer.getValue().endsManagement() && receipt != null) {
                return new Departing(answer.getKey(), answer.getValue().type(), receipt);
            }
        }
        return null;
    }

    /** Before the first order. */
    public static Guard fresh() {
        return new Guard(0, 0, 0, null, null, new TreeMap<>(), new TreeMap<>());
    }

    /** A new enrolment: no old order touches it. */
    public Guard inEpoch(long newEpoch) {
        return new Guard(newEpoch, 0, 0, null, null, new TreeMap<>(), new TreeMap<>());
    }

    /** With another desired order in force. */
    public Guard desiring(long seq, String jws) {
        return new Guard(epoch, seq, commandSeq, jws, open, answered, withdrawn);
    }

    /** With a command to carry out. */
    public Guard opening(CommandOrder order) {
        return new Guard(
                epoch,
                desiredSeq,
                Math.max(commandSeq, order.seq()),
                desired,
                new Open(order, null, null),
                answered,
                withdrawn);
    }

    /** With the open command's plan made, or the command signed again under a higher counter. */
    public Guard carrying(Open now) {
        return new Guard(epoch, desiredSeq, Math.max(commandSeq, now.order().seq()), desired, now, answered, withdrawn);
    }

    /** With an answer stored; the command is no longer open. */
    public Guard answering(String id, Answered answer) {
        SortedMap<String, Answered> more = new TreeMap<>(answered);
        more.put(id, answer);
        Open left = open != null && open.order().id().equals(id) ? null : open;
        return new Guard(epoch, desiredSeq, Math.max(commandSeq, answer.seq()), desired, left, more, withdrawn);
    }

    /** With a command taken back. */
    public Guard withdrawing(String id, Instant notAfter) {
        SortedMap<String, Instant> more = new TreeMap<>(withdrawn);
        more.put(id, notAfter);
        return new Guard(epoch, desiredSeq, commandSeq, desired, open, answered, more);
    }

    /** Without what nobody may repeat any more by server time. */
    public Guard pruned(Instant serverNow) {
        SortedMap<String, Answered> left = new TreeMap<>(answered);
        left.values().removeIf(answer -> answer.notAfter().isBefore(serverNow) && !answer.endsManagement());
        SortedMap<String, Instant> still = new TreeMap<>(withdrawn);
        still.values().removeIf(notAfter -> notAfter.isBefore(serverNow));
        if (left.size() == answered.size() && still.size() == withdrawn.size()) {
            return this;
        }
        return new Guard(epoch, desiredSeq, commandSeq, desired, open, left, still);
    }
}
