package io.kubemdm.operator.compliance;

import io.kubemdm.operator.compliance.ActionDecision.Remedy;
import io.kubemdm.operator.dispatch.Batch;
import io.kubemdm.operator.dispatch.Issued;
import io.kubemdm.operator.dispatch.IssuedCommand;
import io.kubemdm.operator.fleet.FleetDevice;
import io.kubemdm.operator.fleet.KnownDevice;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.message.CommandCancelled;
import io.kubemdm.protocol.message.CommandRequested;
import io.kubemdm.protocol.order.CommandOrder;
import io.kubemdm.protocol.order.CommandType;
import io.kubemdm.protocol.state.DeviceState.Command;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The commands that remedies are ordered by: which of them are open, new ones, and those whose time is up. */
final class RemedyOrders {

    /** A remediation that is not fetched by then is void: what it was for has been judged anew since. */
    private static final Duration LIFE = Duration.ofHours(1);

    private static final int NONCE_BYTES = 16;

    private final Issued issued;
    private final SecureRandom random = new SecureRandom();

    RemedyOrders(Issued issued) {
        this.issued = issued;
    }

    /** How many may still be obeyed. */
    int open(KnownDevice known, Instant now) {
        return (int) issued.commands(known.device()).stream()
                .filter(each -> each.type() == CommandType.Remediate
                        && each.epoch() == known.epoch()
                        && each.notAfter().isAfter(now))
                .filter(each -> {
                    Command state = known.command(each.id());
                    return state == null || state.ended() == null;
                })
                .count();
    }

    /** Orders each, above every counter of the device's commands; call with the device's lane of commands held. */
    void issue(Batch batch, FleetDevice found, List<Remedy> remedies, Instant now) {
        DeviceId device = found.id();
        long epoch = epoch(found);
        long seq = highest(device, found.known());
        for (Remedy remedy : remedies) {
            seq++;
            String id = "remedy-" + remedy.fired().mark() + "-" + epoch;
            Instant notAfter = now.plus(LIFE);
            batch.command(new CommandOrder(
                            id,
                            device,
                            epoch,
                            seq,
                            nonce(),
                            now,
                            notAfter,
                            CommandType.Remediate,
                            remedy.what().params()))
                    .report(
                            device,
                            epoch,
                            new CommandRequested(id, remedy.fired().policy(), CommandType.Remediate, seq, notAfter));
        }
    }

    /** Takes back those whose time is up. @return when the next one's is, null without one */
    @Nullable Instant clear(Batch batch, FleetDevice found, Instant now) {
        DeviceId device = found.id();
        Instant next = null;
        for (IssuedCommand each : issued.commands(device)) {
            if (each.type() != CommandType.Remediate) {
                continue;
            }
            if (now.isBefore(each.notAfter())) {
                next = Remedies.earlier(next, each.notAfter());
                continue;
            }
            batch.forgetCommand(device, each.id());
            Command known = found.known() == null ? null : found.known().command(each.id());
            if (known != null && known.ended() == null && each.epoch() == epoch(found)) {
                batch.report(device, each.epoch(), new CommandCancelled(each.id(), "Expired"));
            }
        }
        return next;
    }

    private static long epoch(FleetDevice found) {
        return found.known() == null ? 0 : found.known().epoch();
    }

    private long highest(DeviceId device, @Nullable KnownDevice known) {
        long epoch = known == null ? 0 : known.epoch();
        List<Long> used = new ArrayList<>();
        issued.commands(device).stream().filter(each -> each.epoch() == epoch).forEach(each -> used.add(each.seq()));
        if (known != null) {
            known.commands().forEach(each -> {
                used.add(each.seq());
                used.add(each.have());
            });
        }
        return used.stream().mapToLong(Long::longValue).max().orElse(0);
    }

    private String nonce() {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(nonce);
    }
}
