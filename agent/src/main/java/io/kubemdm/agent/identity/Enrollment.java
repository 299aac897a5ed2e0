package io.kubemdm.agent.identity;

import io.kubemdm.agent.identity.EnrollFailed.Kind;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.device.DeviceName;
import io.kubemdm.protocol.trust.TrustBundle;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.bouncycastle.est.ESTAuth;

/** Gets a device its first certificate, and the next ones. Blocking; used by one thread at a time. */
public final class Enrollment {

    private static final Duration SHORTEST_RETRY = Duration.ofSeconds(1);
    private static final Duration LONGEST_RETRY = Duration.ofMinutes(10);

    /** Waits between two questions; the seam for tests. */
    public interface Pause {
        void rest(Duration wait) throws InterruptedException;
    }

    private final IdentityStore identities;
    private final Clock clock;
    private final Pause pause;

    /** Enrols into {@code identities}. */
    public Enrollment(IdentityStore identities, Clock clock, Pause pause) {
        this.identities = identities;
        this.clock = clock;
        this.pause = pause;
    }

    /**
     * Enrols; on success the identity is on disk and the former one, if any, is gone.
     *
     * @throws EnrollFailed saying why and what to do
     */
    public Identity enroll(EnrollRequest request) {
        List<X509Certificate> roots = roots(request);
        EstClient client = new EstClient(request.server(), new PinnedTrust(roots, clock), true, null);
        IdentityStore.NamedKey pending = identities.pending();
        List<X509Certificate> issued = ask(client, pending.key(), request);
        DeviceId device =
                new DeviceId(request.namespace(), DeviceName.of(pending.key().publicKey()));
        TrustBundle trust = trust(client, roots, request.server());
        Identity identity = new Identity(
                device,
                pending.key(),
                chain(issued, pending.key(), trust, request.server()),
                trust,
                request.server().toString(),
                request.gateways().stream().map(Object::toString).toList());
        identities.enrolled(identity, pending.name());
        return identity;
    }

    /**
     * Renews the certificate with the same key and fetches anew whom to trust.
     *
     * @throws EnrollFailed saying why; the present identity stays as it is
     */
    public Identity renew(Identity identity) {
        URI server = URI.create(identity.server());
        EstClient client = new EstClient(
                server, new PinnedTrust(identity.trust().roots(), clock), true, new DeviceCredential(identity));
        EstClient.Answer answer = client.enroll(identity.key(), true, builder -> {});
        if (!(answer instanceof EstClient.Answer.Issued issued)) {
            throw new EnrollFailed(Kind.Pending, server + " wants somebody to approve the renewal");
        }
        TrustBundle trust = trust(client, identity.trust().roots(), server);
        Identity renewed = new Identity(
                identity.device(),
                identity.key(),
                chain(issued.certificates(), identity.key(), trust, server),
                trust,
                identity.server(),
                identity.gateways());
        identities.renewed(renewed);
        return renewed;
    }

    private List<X509Certificate> ask(EstClient client, DeviceKey key, EnrollRequest request) {
        Instant until = clock.instant().plus(request.patience());
        ESTAuth auth = basic(request);
        while (true) {
            EstClient.Answer answer = client.enroll(key, false, auth);
            if (answer instanceof EstClient.Answer.Issued issued) {
                return issued.certificates();
            }
            Instant next = ((EstClient.Answer.Later) answer).notBefore();
            Duration wait = Duration.between(clock.instant(), next);
            wait = wait.compareTo(SHORTEST_RETRY) < 0 ? SHORTEST_RETRY : wait;
            wait = wait.compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : wait;
            if (clock.instant().plus(wait).isAfter(until)) {
                throw new EnrollFailed(
                        Kind.Pending,
                        "nobody has approved device " + request.namespace() + "/" + DeviceName.of(key.publicKey())
                                + " yet: approve its CertificateSigningRequest, then run the same command again");
            }
            rest(wait);
        }
    }

    private void rest(Duration wait) {
        try {
            pause.rest(wait);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EnrollFailed(Kind.Pending, "interrupted while waiting for approval", e);
        }
    }

    private static ESTAuth basic(EnrollRequest request) {
        String pair = request.namespace() + "/" + request.token() + ":" + request.secret();
        String header = "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
        return builder -> {
            builder.setHeader("Authorization", header);
            for (Map.Entry<String, String> attribute : request.attributes().entrySet()) {
                builder.setHeader(attribute.getKey(), attribute.getValue());
            }
        };
    }

    private static List<X509Certificate> roots(EnrollRequest request) {
        return switch (request.trust()) {
            case ServerTrust.Roots roots -> roots.certificates();
            case ServerTrust.Pin pin -> {
                List<X509Certificate> offered =
                        new EstClient(request.server(), new AnyServer(), false, null).caCertificates();
                List<X509Certificate> fitting = offered.stream()
                        .filter(Enrollment::isSelfSigned)
                        .filter(pin::fits)
                        .toList();
                if (fitting.isEmpty()) {
                    throw new EnrollFailed(
                            Kind.Untrusted,
                            "no root that " + request.server() + " offers has the pinned key " + pin.spki()
                                    + ": check --ca-pin, and that nobody stands between");
                }
                yield fitting;
            }
        };
    }

    /** Only the roots we came with stay roots, whatever else the server offers. */
    private static TrustBundle trust(EstClient client, List<X509Certificate> roots, URI server) {
        List<X509Certificate> pinned = new ArrayList<>(roots);
        for (X509Certificate offered : client.caCertificates()) {
            if (!isSelfSigned(offered)) {
                pinned.add(offered);
            }
        }
        try {
            return new TrustBundle(pinned);
        } catch (IllegalArgumentException e) {
            throw new EnrollFailed(Kind.Untrusted, "no self-signed root to trust " + server + " by: check --ca", e);
        }
    }

    /** The device's certificate and its issuer, which a gateway that knows only the root needs to see. */
    private static List<X509Certificate> chain(
            List<X509Certificate> issued, DeviceKey key, TrustBundle trust, URI server) {
        List<X509Certificate> chain = new ArrayList<>();
        for (X509Certificate certificate : issued) {
            if (certificate.getPublicKey().equals(key.publicKey())) {
                chain.addFirst(certificate);
            } else if (!isSelfSigned(certificate)) {
                chain.add(certificate);
            }
        }
        if (chain.isEmpty() || !chain.getFirst().getPublicKey().equals(key.publicKey())) {
            throw new EnrollFailed(Kind.Broken, server + " issued a certificate for another key");
        }
        if (chain.size() == 1) {
            trust.certificates().stream()
                    .filter(ca -> !isSelfSigned(ca))
                    .filter(ca ->
                            ca.getSubjectX500Principal().equals(chain.getFirst().getIssuerX500Principal()))
                    .findFirst()
                    .ifPresent(chain::add);
        }
        return List.copyOf(chain);
    }

    private static boolean isSelfSigned(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
    }
}
