package io.kubemdm.protocol.message;

/**
 * Orders an agent's messages within one enrolment. An agent sends strictly in this order and, after a reconnect, sends
 * again everything unacknowledged, oldest first; so whoever has seen one has seen all smaller ones and ignores repeats.
 *
 * @param boot starts of the agent program since enrolment, persisted before the first message, from 1
 * @param n messages since that start, from 1
 */
public record MessageId(long boot, long n) implements Comparable<MessageId> {

    /** Before the first message. */
    public static final MessageId NONE = new MessageId(0, 0);

    @Override
    public int compareTo(MessageId other) {
        int byBoot = Long.compare(boot, other.boot);
        return byBoot != 0 ? byBoot : Long.compare(n, other.n);
    }
}
