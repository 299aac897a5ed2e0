package io.kubemdm.operator.wiperequest;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.crds.wiperequest.WipePhase;
import io.kubemdm.crds.wiperequest.WipeRequest;
import io.kubemdm.crds.wiperequest.WipeRequestStatus;
import io.kubemdm.crds.wiperequest.WipeRequestStatusBuilder;
import io.kubemdm.crds.wiperequest.WipeType;
import io.kubemdm.protocol.order.WipeBudget;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BudgetAlarmTest {

    private static final WipeBudget.Reached FULL = new WipeBudget.Reached(3, 3, Duration.ofHours(24));

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<WipeRequest> requests = new ArrayList<>();
    private final BudgetAlarm alarm = new BudgetAlarm(meters, requests::stream);

    @Test
    void itIsToldOnceHoweverManyAreHeldAndAgainWhenItBeginsAnew() {
        assertThat(alerts("Destructive")).isZero();
        for (int i = 0; i < 497; i++) {
            alarm.held("acme", i % 2 == 0 ? WipeType.FullWipe : WipeType.Retire, FULL);
        }
        assertThat(alerts("Destructive")).isOne();
        assertThat(alerts("Lock")).isZero();

        alarm.held("acme", WipeType.Lock, FULL);
        alarm.held("other", WipeType.FullWipe, FULL);
        assertThat(alerts("Lock")).isOne();
        assertThat(alerts("Destructive")).isEqualTo(2);

        alarm.relaxed("acme", WipeType.SelectiveWipe);
        alarm.held("acme", WipeType.CryptoErase, FULL);
        assertThat(alerts("Destructive")).isEqualTo(3);
        alarm.held("other", WipeType.FullWipe, FULL);
        assertThat(alerts("Destructive")).as("the other tenant still waits").isEqualTo(3);
    }

    @Test
    void whatABudgetHoldsIsCountedAndWhatWaitsForItsDeviceIsNot() {
        requests.add(request(WipeType.FullWipe, WipePhase.Held, new WipeRequestStatus.Hold("DailyBudget", 3, 3)));
        requests.add(request(WipeType.Retire, WipePhase.Held, new WipeRequestStatus.Hold("HourlyBudget", 10, 10)));
        requests.add(request(WipeType.Retire, WipePhase.Held, new WipeRequestStatus.Hold("NotEnrolled", null, null)));
        requests.add(request(WipeType.Retire, WipePhase.Queued, null));
        requests.add(request(WipeType.Unrecognised, WipePhase.Held, new WipeRequestStatus.Hold("x", 1, 1)));
        WipeRequest unseen = new WipeRequest();
        unseen.setSpec(WipeCases.spec(WipeType.Lock));
        requests.add(unseen);

        assertThat(held("Destructive")).isEqualTo(2);
        assertThat(held("Lock")).isZero();
    }

    private static WipeRequest request(
            WipeType type, WipePhase phase, WipeRequestStatus.@org.jspecify.annotations.Nullable Hold hold) {
        WipeRequest request = new WipeRequest();
        request.setSpec(WipeCases.spec(type));
        request.setStatus(
                WipeRequestStatusBuilder.builder().phase(phase).hold(hold).build());
        return request;
    }

    private double alerts(String lane) {
        return meters.counter("kubemdm.wipes.budget.exceeded", "lane", lane).count();
    }

    private double held(String lane) {
        return meters.get("kubemdm.wipes.held").tag("lane", lane).gauge().value();
    }
}
