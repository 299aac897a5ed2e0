package io.kubemdm.operator.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.crds.LabelSelector;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.device.DeviceId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** When a device that does not answer is given up, however often it comes and goes. */
class TimeoutProperties {

    private static final PolicyRef BUNDLE = new PolicyRef("base", "1.0.0", "sha256:abc");
    private static final DeviceId DEVICE = new DeviceId("acme", "d-0");
    private static final int ALLOWED = 60;
    private static final int ORDERED = 5;

    private Instant now = Instant.EPOCH;

    /**
     * Sessions and breaks take turns, each so many minutes; by {@code restart} the operator begins anew, with nothing but the
     * latest state.
     */
    @Property(tries = 300)
    void aDeviceIsGivenUpAfterItsTimeOfConnectionAndNeverBefore(
            @ForAll @Size(min = 1, max = 30) List<@IntRange(min = 1, max = 40) Integer> turns,
            @ForAll @IntRange(min = 0, max = 40) int restart) {
        now = Instant.EPOCH;
        Fleet fleet = fleet(known(false));
        int connected = 0; // minutes since the order
        int remembered = 0; // of them since the operator last began
        int minute = 0;
        for (int turn = 0; turn < turns.size(); turn++) {
            boolean online = turn % 2 == 0;
            KnownDevice known = known(online);
            fleet.know(known);
            if (turn == restart) {
                fleet = fleet(known);
                remembered = 0;
            }
            for (int i = 0; i < turns.get(turn); i++) {
                now = Instant.EPOCH.plus(Duration.ofMinutes(++minute));
                connected += online && minute > ORDERED ? 1 : 0;
                remembered += online && minute > ORDERED ? 1 : 0;
                Tally tally = fleet.tally("acme", "roll");
                assertThat(tally.offline() == 1).isEqualTo(!online);
                if (tally.timedOut() == 1) {
                    assertThat(connected).as("never before its time").isGreaterThanOrEqualTo(ALLOWED);
                } else if (online) {
                    assertThat(remembered).as("and not much later").isLessThan(ALLOWED);
                }
            }
        }
    }

    /** Stands at {@link #now}. */
    private final class Moved extends Clock {
        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    private Fleet fleet(KnownDevice known) {
        Fleet fleet = new Fleet(new Moved());
        fleet.declare(DEVICE, true, "Linux", Map.of());
        fleet.know(known);
        fleet.put(new LiveRollout(
                "acme",
                "roll",
                BUNDLE,
                Set.of(),
                300,
                new LabelSelector(Map.of(), List.of()),
                null,
                "ffffffffffffffff",
                List.of(),
                new LiveRollout.Patience(Duration.ofMinutes(ALLOWED), Duration.ZERO),
                null,
                false,
                null,
                LiveRollout.Gated.NONE));
        return fleet;
    }

    /** It came or went just now; the order is of minute {@value #ORDERED}. */
    private KnownDevice known(boolean online) {
        Instant ordered = Instant.EPOCH.plus(Duration.ofMinutes(ORDERED));
        return new SampleDevice(DEVICE, Instant.EPOCH)
                .online(online, now)
                .assigned(1, ordered, List.of(new KnownDevice.Assigned(BUNDLE, ordered, null)))
                .known();
    }
}
