package io.kubemdm.cli.pki;

import io.kubemdm.protocol.bundle.Digest;
import io.kubemdm.protocol.trust.KeyUse;
import java.util.List;

/**
 * All keys of one installation. One key, one use: the root signs the others and is then kept offline.
 *
 * @param issuing signs device certificates; only {@code enroll} holds it
 * @param orders signs orders, bundles and revocations; only the operator holds it
 * @param ledger signs the issuance ledger; only {@code enroll} holds it
 * @param checkpoints signs the heads of the event chain; only the engine holds it
 * @param access signs access tokens now; only the gateway holds it
 * @param accessNext signs them after the next rotation
 * @param query TLS server of the operator's read API
 */
public record Pki(
        Credential root,
        Credential issuing,
        Credential orders,
        Credential ledger,
        Credential checkpoints,
        Credential access,
        Credential accessNext,
        Credential gateway,
        Credential enroll,
        Credential query) {

    /** Keys of access tokens. */
    static final Profile ACCESS = Profile.signing("access tokens", KeyUse.ACCESS);

    /** DNS names and IP addresses of the three servers, at least one each. */
    public record Hosts(List<String> gateway, List<String> enroll, List<String> query) {}

    /** A new installation's keys. */
    public static Pki create(Authority authority, Hosts hosts) {
        Credential root = authority.selfSigned(Profile.root());
        return new Pki(
                root,
                authority.issue(root, Profile.issuing()),
                authority.issue(root, Profile.signing("orders", KeyUse.ORDERS)),
                authority.issue(root, Profile.signing("ledger", KeyUse.LEDGER)),
                authority.issue(root, Profile.signing("checkpoints", KeyUse.CHECKPOINTS)),
                authority.issue(root, ACCESS),
                authority.issue(root, ACCESS),
                authority.issue(root, Profile.server("gateway", hosts.gateway())),
                authority.issue(root, Profile.server("enroll", hosts.enroll())),
                authority.issue(root, Profile.server("query", hosts.query())));
    }

    /** The certificates by which a person or an auditor believes signatures: the root and the three signers, in PEM. */
    public String trustPem() {
        return root.certificatePem() + orders.certificatePem() + ledger.certificatePem() + checkpoints.certificatePem();
    }

    /** The same with the next key of access tokens in the present one's place, and a new next one. */
    public Pki rotateAccess(Authority authority) {
        return new Pki(
                root,
                issuing,
                orders,
                ledger,
                checkpoints,
                accessNext,
                authority.issue(root, ACCESS),
                gateway,
                enroll,
                query);
    }

    /** What an agent may pin instead of holding the root: the digest of the root's SubjectPublicKeyInfo. */
    public String caPin() {
        return Digest.of(root.certificate().getPublicKey().getEncoded());
    }
}
