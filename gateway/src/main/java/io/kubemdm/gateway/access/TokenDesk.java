package io.kubemdm.gateway.access;

import io.kubemdm.gateway.access.AccessDecision.Granted;
import io.kubemdm.gateway.access.AccessDecision.Refused;
import io.kubemdm.gateway.ledger.Authorization;
import io.kubemdm.gateway.ledger.PresentedCertificate;
import io.kubemdm.protocol.device.DeviceId;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides about one request and writes down what came of it, but never a token. Answers from memory, from any thread. */
final class TokenDesk {

    private static final Logger LOG = LoggerFactory.getLogger(TokenDesk.class);

    private final String issuer;
    private final Function<PresentedCertificate, Authorization> ledger;
    private final Standings standings;
    private final SigningKeys keys;
    private final RequestRate rate;
    private final InstantSource clock;
    private final AccessMeters meters;

    TokenDesk(
            String issuer,
            Function<PresentedCertificate, Authorization> ledger,
            Standings standings,
            SigningKeys keys,
            RequestRate rate,
            InstantSource clock,
            AccessMeters meters) {
        this.issuer = issuer;
        this.ledger = ledger;
        this.standings = standings;
        this.keys = keys;
        this.rate = rate;
        this.clock = clock;
        this.meters = meters;
    }

    /**
     * Answers.
     *
     * @param certificate of the connection, null when there is none
     */
    AccessReply answer(@Nullable X509Certificate certificate, @Nullable String contentType, byte[] body) {
        PresentedCertificate presented = certificate == null ? null : PresentedCertificate.of(certificate);
        if (presented == null) {
            return refuse(
                    null,
                    null,
                    new Refused(Refusal.NoCertificate, "present the device's certificate in the TLS handshake"));
        }
        DeviceId device = presented.device();
        TokenRequest request;
        try {
            request = TokenRequest.read(contentType, body);
        } catch (TokenRequest.Bad e) {
            return refuse(device, null, new Refused(e.refusal(), String.valueOf(e.getMessage())));
        }
        if (!request.clientId().equals(device.toString())) {
            return refuse(
                    device,
                    request.audience(),
                    new Refused(Refusal.CertificateForeign, "client_id must be the certificate's device, " + device));
        }
        Authorization authorization = ledger.apply(presented);
        if (authorization instanceof Authorization.Listed && !rate.admits(device)) {
            return refuse(
                    device,
                    request.audience(),
                    new Refused(Refusal.TooManyRequests, "the device asks too often: keep a token until it ends"));
        }
        return decide(presented, authorization, request.audience());
    }

    private AccessReply decide(PresentedCertificate presented, Authorization authorization, String audience) {
        DeviceId device = presented.device();
        // Before the standing: what is read later can only be newer.
        Instant judgedThrough = standings.judgedThrough(device);
        Instant now = clock.instant();
        AccessDecision.Question question =
                new AccessDecision.Question(audience, authorization, standings.of(device), judgedThrough);
        return switch (AccessDecision.decide(question, now)) {
            case Refused refused -> refuse(device, audience, refused);
            case Granted granted -> issue(presented, audience, granted, now.truncatedTo(ChronoUnit.SECONDS));
        };
    }

    private AccessReply issue(PresentedCertificate presented, String audience, Granted granted, Instant now) {
        AccessToken token = new AccessToken(
                issuer, presented.device(), audience, presented.fingerprint(), granted, now, UUID.randomUUID());
        AccessReply reply = AccessReply.token(token.sign(keys.signer()), granted.life());
        meters.issued();
        LOG.info(
                "token issued device={} audience={} jti={} seconds={} digest={}",
                presented.device(),
                audience,
                token.id(),
                granted.life().toSeconds(),
                granted.grant().digest());
        return reply;
    }

    private AccessReply refuse(@Nullable DeviceId device, @Nullable String audience, Refused refused) {
        meters.refused(refused.refusal());
        LOG.info(
                "token refused device={} audience={} reason={} rules={}",
                device,
                audience,
                refused.refusal(),
                refused.rules());
        return AccessReply.refused(refused);
    }
}
