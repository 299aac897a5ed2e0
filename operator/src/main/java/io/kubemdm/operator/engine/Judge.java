package io.kubemdm.operator.engine;

import io.kubemdm.operator.engine.Verdict.Cause;
import io.kubemdm.operator.engine.Verdict.Ignored;
import io.kubemdm.operator.engine.Verdict.Refused;
import io.kubemdm.protocol.message.AgentReport;
import io.kubemdm.protocol.message.CertificateRenewed;
import io.kubemdm.protocol.message.CommandAcknowledged;
import io.kubemdm.protocol.message.CommandCancelled;
import io.kubemdm.protocol.message.CommandDelivered;
import io.kubemdm.protocol.message.CommandRequested;
import io.kubemdm.protocol.message.DeviceAssigned;
import io.kubemdm.protocol.message.DeviceDeclared;
import io.kubemdm.protocol.message.DeviceDeprovision;
import io.kubemdm.protocol.message.DeviceEnrolled;
import io.kubemdm.protocol.message.DeviceWipe;
import io.kubemdm.protocol.message.DriftCorrected;
import io.kubemdm.protocol.message.Envelope;
import io.kubemdm.protocol.message.Heartbeat;
import io.kubemdm.protocol.message.Message;
import io.kubemdm.protocol.message.MessageId;
import io.kubemdm.protocol.message.PolicyReported;
import io.kubemdm.protocol.message.ReceiptHandedIn;
import io.kubemdm.protocol.message.Report;
import io.kubemdm.protocol.message.SessionClosed;
import io.kubemdm.protocol.message.SessionOpened;
import io.kubemdm.protocol.state.DeviceState;
import org.jspecify.annotations.Nullable;

/**
 * Decides what a report changes. Pure: no clock, no I/O; the same state and report give the same verdict for ever, which
 * is why a report may be delivered any number of times.
 */
public final class Judge {

    private Judge() {}

    /**
     * Judges one report.
     *
     * @param state the device's, null when nothing is known of it
     * @param report as read from {@code mdm.reports}
     */
    public static Verdict decide(@Nullable DeviceState state, Envelope<? extends Message> report) {
        if (!(report.body() instanceof Report body)) {
            return new Refused(report.body().getClass().getSimpleName() + " is not for the engine");
        }
        return switch (body) {
            case DeviceEnrolled enrolled -> EnrolmentRules.enrolled(state, report.epoch(), enrolled);
            case DeviceDeclared declared -> EnrolmentRules.declared(state, declared);
            default -> ofEnrolled(state, report, body);
        };
    }

    private static Verdict ofEnrolled(@Nullable DeviceState state, Envelope<? extends Message> report, Report body) {
        DeviceState.Identity identity = state == null ? null : state.identity();
        if (state == null || identity == null) {
            return new Refused("the device is not enrolled");
        }
        if (report.epoch() == 0) {
            return new Refused("the report names no epoch");
        }
        if (report.epoch() < state.epoch()) {
            return new Ignored(Cause.OlderEpoch);
        }
        if (report.epoch() > state.epoch()) {
            return new Refused("epoch " + report.epoch() + " is not enrolled, the device is in epoch " + state.epoch());
        }
        return body instanceof AgentReport agents
                ? ofAgent(state, identity, report, agents)
                : ofService(state, identity, body);
    }

    private static Verdict ofAgent(
            DeviceState state, DeviceState.Identity identity, Envelope<? extends Message> report, AgentReport body) {
        MessageId id = report.messageId();
        if (id.boot() == 0 || id.n() == 0) {
            return new Refused("an agent's report bears boot and n");
        }
        if (id.compareTo(state.processed()) <= 0) {
            return new Ignored(Cause.Repeat);
        }
        Verdict verdict =
                switch (body) {
                    case Heartbeat heartbeat -> SessionRules.heartbeat(state, heartbeat, report.time());
                    case PolicyReported reported -> PolicyRules.reported(state, reported);
                    case DriftCorrected corrected -> PolicyRules.corrected(corrected);
                    case CommandAcknowledged answer -> CommandRules.acknowledged(state, answer);
                    case ReceiptHandedIn receipt -> ReceiptRules.handedIn(state, identity, receipt);
                };
        return verdict.after(SessionRules.resumed(state));
    }

    private static Verdict ofService(DeviceState state, DeviceState.Identity identity, Report body) {
        return switch (body) {
            case SessionOpened opened -> SessionRules.opened(state, identity, opened);
            case SessionClosed closed -> SessionRules.closed(state, closed);
            case CertificateRenewed renewed -> EnrolmentRules.renewed(identity, renewed);
            case DeviceAssigned assigned -> EnrolmentRules.assigned(state, assigned);
            case DeviceDeprovision deprovision -> CommandRules.deprovision(deprovision);
            case DeviceWipe wipe -> CommandRules.wipe(wipe);
            case CommandRequested requested -> CommandRules.requested(state, requested);
            case CommandDelivered delivered -> CommandRules.delivered(state, delivered);
            case CommandCancelled cancelled -> CommandRules.cancelled(state, cancelled);
            case AgentReport agents -> throw new IllegalStateException("judged before: " + agents);
            case DeviceEnrolled enrolled -> throw new IllegalStateException("judged before: " + enrolled);
            case DeviceDeclared declared -> throw new IllegalStateException("judged before: " + declared);
        };
    }
}
