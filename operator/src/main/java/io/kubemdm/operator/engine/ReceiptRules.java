package io.kubemdm.operator.engine;

import io.kubemdm.operator.engine.Verdict.Cause;
import io.kubemdm.operator.engine.Verdict.Ignored;
import io.kubemdm.operator.engine.Verdict.Refused;
import io.kubemdm.protocol.event.DeviceEvent;
import io.kubemdm.protocol.message.ReceiptHandedIn;
import io.kubemdm.protocol.order.Receipt;
import io.kubemdm.protocol.state.DeviceState;
import io.kubemdm.protocol.state.DeviceState.Command;
import io.kubemdm.protocol.trust.JwsType;
import io.kubemdm.protocol.trust.SignatureRefused;
import io.kubemdm.protocol.trust.Verifier;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A receipt ends a command only if the device's own key signed it for this command, device and enrolment, and a completed
 * erase only with the evidence that no key is left.
 */
final class ReceiptRules {

    private ReceiptRules() {}

    static Verdict handedIn(DeviceState state, DeviceState.Identity identity, ReceiptHandedIn handedIn) {
        Command known = state.commands().get(handedIn.id());
        if (known == null) {
            return new Refused("a receipt for a command that was not issued or is no longer remembered");
        }
        // A device may have obeyed before it learnt of the withdrawal: what it swears to have done stands.
        if (known.ended() != null && known.ended().outcome() != null) {
            return new Ignored(Cause.Repeat);
        }
        try {
            Verifier.Verified<Receipt> verified =
                    new Verifier(List.of(keyOf(identity))).verify(JwsType.RECEIPT, handedIn.receipt(), Receipt.class);
            String flaw = flawOf(verified.payload(), state, known);
            return Verdict.of(
                    flaw == null
                            ? ended(verified, handedIn.receipt())
                            : new DeviceEvent.ReceiptRefused(known.id(), flaw));
        } catch (SignatureRefused e) {
            return Verdict.of(
                    new DeviceEvent.ReceiptRefused(known.id(), e.reason().name()));
        }
    }

    private static DeviceEvent ended(Verifier.Verified<Receipt> verified, String signed) {
        Receipt receipt = verified.payload();
        return new DeviceEvent.CommandEnded(
                receipt.id(),
                receipt.seq(),
                receipt.outcome(),
                verified.digest(),
                verified.keyId(),
                Bounds.cut(receipt.erased()),
                receipt.storage(),
                signed,
                Bounds.cutOrNull(receipt.failedStep(), Bounds.NAME),
                Bounds.cutOrNull(receipt.message(), Bounds.MESSAGE));
    }

    private static @Nullable String flawOf(Receipt receipt, DeviceState state, Command command) {
        if (!receipt.device().equals(state.device())) {
            return "OtherDevice";
        }
        if (receipt.epoch() != state.epoch()) {
            return "OtherEpoch";
        }
        if (!receipt.id().equals(command.id()) || receipt.type() != command.type()) {
            return "OtherCommand";
        }
        if (receipt.seq() < 1 || receipt.seq() > command.seq()) {
            return "UnknownCounter";
        }
        return receipt.provesItsClaim() ? null : "Unproven";
    }

    private static ECPublicKey keyOf(DeviceState.Identity identity) {
        try {
            byte[] der = Base64.getDecoder().decode(identity.spki());
            return (ECPublicKey) KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(der));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new SignatureRefused(SignatureRefused.Reason.UnknownKey, "the device's key is not an EC key", e);
        }
    }
}
