package io.kubemdm.operator.wiperequest;

import io.kubemdm.crds.Decision;
import io.kubemdm.crds.ObjectRef;
import io.kubemdm.crds.wipeapproval.WipeApprovalSpec;
import io.kubemdm.crds.wipeapproval.WipeApprovalSpecBuilder;
import io.kubemdm.crds.wiperequest.WipeReason;
import io.kubemdm.crds.wiperequest.WipeRequestSpec;
import io.kubemdm.crds.wiperequest.WipeRequestSpecBuilder;
import io.kubemdm.crds.wiperequest.WipeType;
import io.kubemdm.operator.wiperequest.ApprovalDecision.Vote;
import io.kubemdm.operator.wiperequest.WipeDecision.Input;
import io.kubemdm.operator.wiperequest.WipeDecision.Target;
import io.kubemdm.operator.wiperequest.WipeRecordDecision.Approval;
import io.kubemdm.protocol.message.CommandAcknowledged.Refusal;
import io.kubemdm.protocol.order.CommandType;
import io.kubemdm.protocol.order.Receipt;
import io.kubemdm.protocol.state.DeviceState.Command;
import io.kubemdm.protocol.state.DeviceState.Ended;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Words for the cases: one device, one request of alice's, and what is said about them. */
final class WipeCases {

    static final Instant CREATED = Instant.parse("2026-06-01T12:00:00Z");
    static final Instant NOW = CREATED.plusSeconds(60);
    static final Instant END = CREATED.plus(WipeRequestSpec.DEFAULT_LIFE);

    private WipeCases() {}

    static WipeDecision decide(
            WipeRequestSpec spec, @Nullable WipeRecordDecision record, Target target, Instant now, Vote... votes) {
        return WipeDecision.decide(input(spec, record, target, now, votes));
    }

    static Input input(
            WipeRequestSpec spec, @Nullable WipeRecordDecision record, Target target, Instant now, Vote... votes) {
        int floor = WipeSettings.DEFAULT.floor(spec.type(), target.personal());
        return new Input(
                spec,
                "uid",
                CREATED,
                record,
                List.of(),
                target,
                ApprovalDecision.count(spec, "uid", floor, Arrays.asList(votes)),
                now);
    }

    static Target target(long epoch, @Nullable Command command, long highest) {
        return new Target(epoch, false, command, highest, null, null);
    }

    static WipeRequestSpec spec(WipeType type) {
        return WipeRequestSpecBuilder.builder()
                .deviceRef(new ObjectRef("d-1"))
                .requestedBy("alice")
                .type(type)
                .reason(WipeReason.Offboarding)
                .build();
    }

    static WipeRecordDecision bound(WipeType type) {
        return WipeRecordDecision.bound("uid", type.name(), "d-1", 1, List.of());
    }

    /** Signed with counter 5 at its creation, for 30 days. */
    static WipeRecordDecision issued(WipeType type) {
        return bound(type).approved(new Approval(CREATED, 0, List.of())).signed(5, CREATED, END);
    }

    static Vote yes(String name, String person) {
        return new Vote(name, approval(person, "uid", Decision.Approve));
    }

    static Vote no(String name, String person) {
        return new Vote(name, approval(person, "uid", Decision.Reject));
    }

    static WipeApprovalSpec approval(@Nullable String person, String uid, Decision decision) {
        return WipeApprovalSpecBuilder.builder()
                .wipeRef(new WipeApprovalSpec.WipeRef("leave", uid))
                .approvedBy(person)
                .decision(decision)
                .build();
    }

    static Command command(
            long seq,
            boolean delivered,
            boolean acknowledged,
            @Nullable Refusal refusal,
            long have,
            @Nullable Ended ended) {
        return new Command(
                "uid-1",
                "leave",
                CommandType.Retire,
                seq,
                END,
                CREATED,
                delivered ? CREATED.plusSeconds(1) : null,
                acknowledged ? CREATED.plusSeconds(2) : null,
                refusal,
                have,
                ended);
    }

    static Ended ended(Receipt.Outcome outcome) {
        return new Ended(
                outcome, "sha256:" + "1".repeat(64), "key", List.of("slot"), null, null, CREATED.plusSeconds(3));
    }

    static WipeRecordDecision record(WipeDecision decision) {
        return Objects.requireNonNull(decision.record());
    }
}
