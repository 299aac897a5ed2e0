package io.kubemdm.gateway.enroll;

import java.security.cert.X509Certificate;

/** What a request for a certificate comes to. */
sealed interface EnrolmentAnswer permits EnrolmentAnswer.Issued, EnrolmentAnswer.Pending, Refusal {

    /** The certificate; its ledger record is committed. */
    record Issued(X509Certificate certificate) implements EnrolmentAnswer {}

    /** A person has to agree first: ask again with the same request. */
    record Pending(int retryAfterSeconds, String message) implements EnrolmentAnswer {}
}
