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
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;

/** Gets a device its first certificate, and the next ones. Blocking; used by one thread at a time. */
public final class Enrollment {

    /** How long a server that cannot at the moment is asked again. */
    private static final Duration BUSY_PATIENCE = Duration.ofMinutes(2);

    /** Waits between two questions; the seam for tests. */
    public interface Pause {
        /**
         * Rests.
         *
         * @param because what is waited for, for people
         */
        void rest(Duration wait, String because) throws InterruptedException;
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
        EstClient.Answer answer = client.enroll(identity.key(), true, Map.of());
        List<X509Certificate> issued =
                switch (answer) {
                    case EstClient.Answer.Issued now -> now.certificates();
                    case EstClient.Answer.Pending pending ->
                        throw new EnrollFailed(Kind.Pending, server + " wants somebody to approve the renewal");
                    case EstClient.Answer.Busy busy ->
                        throw new EnrollFailed(Kind.Unavailable, busy.because() + ": trying again later");
                };
        TrustBundle trust = trust(client, identity.trust().roots(), server);
        Identity renewed = new Identity(
                identity.device(),
                identity.key(),
                chain(issued, identity.key(), trust, server),
                trust,
                identity.server(),
                identity.gateways());
        identities.renewed(renewed);
        return renewed;
    }

    private List<X509Certificate> ask(EstClient client, DeviceKey key, EnrollRequest request) {
        Instant approvedUntil = clock.instant().plus(request.patience());
        Instant busyUntil = clock.instant().plus(BUSY_PATIENCE);
        Map<String, String> headers = headers(request);
        while (true) {
            switch (client.enroll(key, false, headers)) {
                case EstClient.Answer.Issued issued -> {
                    return issued.certificates();
                }
                case EstClient.Answer.Pending pending -> {
                    if (clock.instant().plus(pending.askAfter()).isAfter(approvedUntil)) {
                        throw new EnrollFailed(
                                Kind.Pending,
                                "nobody has approved device " + request.namespace() + "/"
                                        + DeviceName.of(key.publicKey())
                                        + " yet: approve its CertificateSigningRequest, then run the same command again");
                    }
                    rest(pending.askAfter(), "waiting for approval");
                    busyUntil = clock.instant().plus(BUSY_PATIENCE);
                }
                case EstClient.Answer.Busy busy -> {
                    Duration wait = spread(busy.askAfter());
                    if (clock.instant().plus(wait).isAfter(busyUntil)) {
                        throw new EnrollFailed(Kind.Unavailable, busy.because() + ": try again later");
                    }
                    rest(wait, busy.because());
                }
            }
        }
    }

    /** Up to half as long again, so that those who were told the same do not come at once. */
    private static Duration spread(Duration wait) {
        return wait.plusMillis(ThreadLocalRandom.current().nextLong(1 + wait.toMillis() / 2));
    }

    private void rest(Duration wait, String because) {
        try {
            pause.rest(wait, because);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EnrollFailed(Kind.Pending, "interrupted: " + because, e);
        }
    }

    private static Map<String, String> headers(EnrollRequest request) {
        String user = request.namespace() + "/" + request.token() + ":" + request.secret();
        Map<String, String> headers = new TreeMap<>(request.attributes());
        headers.put(
                "Authorization", "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)));
        return headers;
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
