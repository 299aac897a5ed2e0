package io.kubemdm.agent.identity;

import io.kubemdm.agent.Pki;
import io.kubemdm.protocol.trust.TrustBundle;
import java.util.List;

/** An enrolled identity without an enrolment service. */
public final class TestIdentity {

    private TestIdentity() {}

    /** Makes a key in the store and certifies it. */
    public static Identity enrolled(IdentityStore identities, Pki pki) {
        IdentityStore.NamedKey pending = identities.pending();
        Identity identity = new Identity(
                Pki.device(pending.key()),
                pending.key(),
                List.of(pki.certify(pending.key().publicKey(), Pki.device(pending.key())), pki.issuing),
                new TrustBundle(pki.trusted()),
                "https://localhost:1",
                List.of("localhost:1"));
        identities.enrolled(identity, pending.name());
        return identity;
    }
}
