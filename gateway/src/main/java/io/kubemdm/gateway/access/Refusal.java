package io.kubemdm.gateway.access;

/** Why there is no token: the label of meters and logs, and what the client is told by it. */
enum Refusal {
    /** The request is not what RFC 6749 says it is. */
    BadRequest("invalid_request", 400),
    BadGrantType("unsupported_grant_type", 400),
    /** The target is no absolute URI, or there are several (RFC 8707 §2). */
    BadResource("invalid_target", 400),
    NoCertificate("invalid_client", 401),
    CertificateUnlisted("invalid_client", 401),
    CertificateRevoked("invalid_client", 401),
    CertificateSuperseded("invalid_client", 401),
    CertificateExpired("invalid_client", 401),
    CertificateForeign("invalid_client", 401),
    TooManyRequests("slow_down", 429),
    /** It is not known that verdicts are of now: nobody gets a token. */
    EngineBehind("temporarily_unavailable", 503),
    ClockBehind("temporarily_unavailable", 503),
    /** Nothing is known of the device in this enrolment. */
    NotKnown("access_denied", 400),
    Conflict("access_denied", 400),
    Lost("access_denied", 400),
    Retired("access_denied", 400),
    Wiping("access_denied", 400),
    QuarantinedByPerson("access_denied", 400),
    Quarantined("access_denied", 400),
    NotConnected("access_denied", 400),
    NotJudged("access_denied", 400),
    /** No policy in force offers this audience (RFC 8707 §2). */
    NoGrant("invalid_target", 400),
    AccessDenied("access_denied", 400),
    NotCompliant("access_denied", 400);

    private final String error;
    private final int status;

    Refusal(String error, int status) {
        this.error = error;
        this.status = status;
    }

    /** The {@code error} of the answer (RFC 6749 §5.2; {@code access_denied} and {@code slow_down} as in RFC 8628 §3.5). */
    String error() {
        return error;
    }

    /** The answer's HTTP status. */
    int status() {
        return status;
    }
}
