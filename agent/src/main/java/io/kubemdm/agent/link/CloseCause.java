package io.kubemdm.agent.link;

/** Why a connection ended or never came to be; also the word in the log. */
public enum CloseCause {
    /** No TCP connection. */
    Unreachable,
    /** TLS failed: our certificate was refused, or theirs is not one we trust. */
    TlsRefused,
    /** The WebSocket upgrade was answered with something else. */
    UpgradeRefused,
    /** Hello was not answered in time. */
    NoAnswer,
    /** Nothing was read for too long. */
    Silent,
    /** The gateway sent what is not ours. */
    Protocol,
    /** The gateway says it is about to stop. */
    Drained,
    /** The other side closed. */
    PeerClosed,
    /** The gateway says that our certificate was revoked (close code 4403). */
    Revoked,
    /** We stopped. */
    Stopped
}
