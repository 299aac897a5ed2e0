package io.kubemdm.operator.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubemdm.crds.rollout.Day;
import io.kubemdm.crds.rollout.Window;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Windows by the wall clock, over the days on which that is put forward or back. */
class WindowDecisionTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
        before it opens                                  | 22:00 | 4h    | 2026-11-28T20:59:59Z | false | 2026-11-28T21:00:00Z
        when it opens                                    | 22:00 | 4h    | 2026-11-28T21:00:00Z | true  | 2026-11-29T01:00:00Z
        after midnight it is still that of yesterday     | 22:00 | 4h    | 2026-11-29T00:59:59Z | true  | 2026-11-29T01:00:00Z
        when it ends                                     | 22:00 | 4h    | 2026-11-29T01:00:00Z | false | 2026-11-29T21:00:00Z
        a whole day never shuts                          | 22:00 | 24h   | 2026-11-29T20:59:59Z | true  | 2026-11-29T21:00:00Z
        the gap: 02:30 does not exist, so 03:30          | 02:30 | 30m   | 2026-03-29T01:29:59Z | false | 2026-03-29T01:30:00Z
        the gap: open from 03:30                         | 02:30 | 30m   | 2026-03-29T01:30:00Z | true  | 2026-03-29T02:00:00Z
        the gap: as long as ever                         | 02:30 | 30m   | 2026-03-29T02:00:00Z | false | 2026-03-30T00:30:00Z
        over the gap: two hours of real time             | 01:30 | 2h    | 2026-03-29T02:29:59Z | true  | 2026-03-29T02:30:00Z
        over the gap: then it ends, at 04:30 on the wall | 01:30 | 2h    | 2026-03-29T02:30:00Z | false | 2026-03-29T23:30:00Z
        the overlap: the first 02:30                     | 02:30 | 30m   | 2026-10-25T00:30:00Z | true  | 2026-10-25T01:00:00Z
        the overlap: not the second 02:30                | 02:30 | 30m   | 2026-10-25T01:30:00Z | false | 2026-10-26T01:30:00Z
        over the overlap: two hours of real time         | 01:30 | 2h    | 2026-10-25T01:29:59Z | true  | 2026-10-25T01:30:00Z
        over the overlap: then it ends, at 02:30         | 01:30 | 2h    | 2026-10-25T01:30:00Z | false | 2026-10-26T00:30:00Z
        """)
    void aWindowOpensByTheWallClockAndIsAlwaysAsLong(
            String what, String start, String length, Instant now, boolean open, Instant changesAt) {
        Window window = new Window("w", List.of(), start, length, "Europe/Berlin");

        WindowDecision decided = WindowDecision.decide(List.of(window), ZoneOffset.UTC, now);

        assertThat(decided).isEqualTo(new WindowDecision(open, "w", changesAt, null));
    }

    @Test
    void overAYearEachDayHasOneOpeningOfTheSameLength() {
        for (String zone : List.of("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "UTC")) {
            Window window = new Window("w", List.of(), "02:15", "1h", zone);
            Instant end = Instant.parse("2027-01-02T12:00:00Z");
            Instant now = Instant.parse("2026-01-01T12:00:00Z");
            int openings = 0;
            while (true) {
                WindowDecision shut = WindowDecision.decide(List.of(window), ZoneOffset.UTC, now);
                assertThat(shut.open()).as(zone + " " + now).isFalse();
                Instant opens = shut.changesAt();
                assertThat(opens).isNotNull().isAfter(now);
                if (!opens.isBefore(end)) {
                    break;
                }
                assertThat(WindowDecision.decide(List.of(window), ZoneOffset.UTC, opens.plusSeconds(3599))
                                .open())
                        .isTrue();
                now = opens.plus(Duration.ofHours(1));
                openings++;
            }
            assertThat(openings).as(zone).isEqualTo(366);
        }
    }

    @Test
    void theDaysAreThoseOnWhichItStarts() {
        Window weekend = new Window("weekend", List.of(Day.Sat), "22:00", "8h", "Europe/Berlin");

        assertThat(decide(weekend, "2026-11-28T21:00:00Z").open())
                .as("Saturday evening")
                .isTrue();
        assertThat(decide(weekend, "2026-11-29T04:59:59Z").open())
                .as("Sunday morning")
                .isTrue();
        assertThat(decide(weekend, "2026-11-29T21:30:00Z").open())
                .as("Sunday evening")
                .isFalse();
        assertThat(decide(weekend, "2026-11-29T05:00:00Z").changesAt())
                .as("in a week")
                .isEqualTo("2026-12-05T21:00:00Z");
    }

    @Test
    void theDeviceSaysItsOwnZoneByALabel() {
        assertThat(WindowDecision.zone(Map.of(Window.ZONE_LABEL, "Europe.Berlin")))
                .isEqualTo(BERLIN);
        assertThat(WindowDecision.zone(Map.of(Window.ZONE_LABEL, "America.Argentina.Buenos_Aires")))
                .isEqualTo(ZoneId.of("America/Argentina/Buenos_Aires"));
        assertThat(WindowDecision.zone(Map.of(Window.ZONE_LABEL, "Europe.Atlantis")))
                .isEqualTo(ZoneOffset.UTC);
        assertThat(WindowDecision.zone(Map.of())).isEqualTo(ZoneOffset.UTC);
        Window night = new Window("night", List.of(), "01:00", "1h", Window.DEVICE);
        Instant now = Instant.parse("2026-11-28T16:30:00Z");
        assertThat(WindowDecision.decide(List.of(night), ZoneId.of("Asia/Tokyo"), now)
                        .open())
                .isTrue();
        assertThat(WindowDecision.decide(List.of(night), BERLIN, now).changesAt())
                .isEqualTo("2026-11-29T00:00:00Z");
    }

    @Test
    void anyOfSeveralWillDoAndTheNextOneIsTold() {
        Window night = new Window("night", List.of(), "22:00", "2h", "UTC");
        Window noon = new Window("noon", List.of(), "12:00", "1h", "UTC");

        assertThat(WindowDecision.decide(List.of(night, noon), BERLIN, Instant.parse("2026-11-28T12:30:00Z")))
                .isEqualTo(new WindowDecision(true, "noon", Instant.parse("2026-11-28T13:00:00Z"), null));
        assertThat(WindowDecision.decide(List.of(night, noon), BERLIN, Instant.parse("2026-11-28T09:00:00Z")))
                .isEqualTo(new WindowDecision(false, "noon", Instant.parse("2026-11-28T12:00:00Z"), null));
        assertThat(WindowDecision.decide(List.of(), BERLIN, Instant.EPOCH).open())
                .as("none")
                .isTrue();
    }

    @Test
    void aZoneThatIsNotKnownNeverOpensAndIsNamed() {
        Window lost = new Window("lost", List.of(), "22:00", "2h", "Europe/Atlantis");

        WindowDecision decided = decide(lost, "2026-11-28T22:30:00Z");

        assertThat(decided.open()).isFalse();
        assertThat(decided.changesAt()).isNull();
        assertThat(decided.problem())
                .isEqualTo(
                        "spec.maintenanceWindows lost: timeZone Europe/Atlantis is not known: use an IANA name such as"
                                + " Europe/Berlin, or Device");
    }

    private static WindowDecision decide(Window window, String now) {
        return WindowDecision.decide(List.of(window), ZoneOffset.UTC, Instant.parse(now));
    }
}
