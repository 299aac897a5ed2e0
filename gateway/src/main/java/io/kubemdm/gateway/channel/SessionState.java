package io.kubemdm.gateway.channel;

import io.kubemdm.protocol.message.Hello;
import io.kubemdm.protocol.message.MessageId;

/**
 * The life of a session. The methods of a state are its legal moves, so an illegal one does not compile.
 *
 * <pre>
 *   upgraded ──▶ Unproven ──admitted──▶ Proven ──greeted──▶ Open ──drained──▶ Draining
 *                   │                     │                 │ ▲                │ ▲
 *                   │                     │                 └─┘ received       └─┘ received
 *                   └─────────────────────┴────── closed ───┴──────────────────┴──────▶ Closed
 * </pre>
 */
public sealed interface SessionState {

    /** Any state but {@link Closed} may end. */
    sealed interface Live extends SessionState {
        /** The end, with its cause. */
        default Closed closed(CloseCause cause) {
            return new Closed(cause);
        }
    }

    /** States in which the certificate is known. */
    sealed interface Known extends Live {
        /** Whose it is. */
        Holder holder();

        /** The certificate has lost rights: its holder may do less from here on. */
        Known confined(Holder narrowed);
    }

    /** States in which the agent's reports are taken. */
    sealed interface Speaking extends Known {
        /** How it greeted. */
        Hello hello();

        /** Its last message, {@link MessageId#NONE} before the first. */
        MessageId last();

        /**
         * Whether a message with this id may come now: an agent sends strictly in order, its boot is never above the one
         * it greeted with.
         */
        default boolean mayReceive(MessageId id) {
            return id.boot() >= 1 && id.n() >= 1 && id.boot() <= hello().boot() && id.compareTo(last()) > 0;
        }

        /** A message was taken. */
        Speaking received(MessageId id);
    }

    /** Upgraded; its certificate chains, but is not yet found in the ledger. */
    record Unproven() implements Live {
        /** The ledger knows the certificate. */
        Proven admitted(Holder holder) {
            return new Proven(holder);
        }
    }

    /** Its certificate is good; it has not greeted. */
    record Proven(Holder holder) implements Known {
        @Override
        public Proven confined(Holder narrowed) {
            return new Proven(narrowed);
        }

        /** It greeted. */
        Open greeted(Hello hello) {
            return new Open(holder, hello, MessageId.NONE);
        }
    }

    /** The session proper. */
    record Open(Holder holder, Hello hello, MessageId last) implements Speaking {
        @Override
        public Open received(MessageId id) {
            return new Open(holder, hello, id);
        }

        @Override
        public Open confined(Holder narrowed) {
            return new Open(narrowed, hello, last);
        }

        /** The agent has been told to go elsewhere. */
        Draining drained() {
            return new Draining(holder, hello, last);
        }
    }

    /** Still served, until it leaves or is sent off. */
    record Draining(Holder holder, Hello hello, MessageId last) implements Speaking {
        @Override
        public Draining received(MessageId id) {
            return new Draining(holder, hello, id);
        }

        @Override
        public Draining confined(Holder narrowed) {
            return new Draining(narrowed, hello, last);
        }
    }

    /** Over. */
    record Closed(CloseCause cause) implements SessionState {}
}
