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
 */
public record Pki(
        Credential root,
        Credential issuing,
        Credential orders,
        Credential ledger,
        Credential checkpoints,
        Credential gateway,
        Credential enroll) {

    /** A new installation's keys. */
    public static Pki create(Authority authority, List<String> gatewayHosts, List<String> enrollHosts) {
        Credential root = authority.selfSigned(Profile.root());
        return new Pki(
                root,
                authority.issue(root, Profile.issuing()),
                authority.issue(root, Profile.signing("orders", KeyUse.ORDERS)),
                authority.issue(root, Profile.signing("ledger", KeyUse.LEDGER)),
                authority.issue(root, Profile.signing("checkpoints", KeyUse.CHECKPOINTS)),
                authority.issue(root, Profile.server("gateway", gatewayHosts)),
                authority.issue(root, Profile.server("enroll", enrollHosts)));
    }

    /** What an agent may pin instead of holding the root: the digest of the root's SubjectPublicKeyInfo. */
    public String caPin() {
        return Digest.of(root.certificate().getPublicKey().getEncoded());
    }
}
