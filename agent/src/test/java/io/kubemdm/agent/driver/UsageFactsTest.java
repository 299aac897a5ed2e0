package io.kubemdm.agent.driver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.agent.store.PublicFiles;
import io.kubemdm.protocol.fact.FactCatalogue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Battery, crashes and failed unlocks from files as kernel, systemd and PAM write them. */
class UsageFactsTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    @TempDir
    Path root;

    private Instant now = Instant.parse("2026-03-01T10:00:00Z");
    private UsageFacts source;

    @BeforeEach
    void start() {
        source = new UsageFacts(new Nothing(), new PublicFiles(root), () -> now);
    }

    private static final class Nothing implements FactSource {
        @Override
        public String osVersion() {
            return "none";
        }

        @Override
        public Map<String, JsonNode> collect() {
            return Map.of();
        }
    }

    private void write(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text + "\n");
    }

    private void battery(String name, String status, long full, long charge) throws IOException {
        write("sys/class/power_supply/" + name + "/type", "Battery");
        write("sys/class/power_supply/" + name + "/status", status);
        write("sys/class/power_supply/" + name + "/energy_full", Long.toString(full));
        write("sys/class/power_supply/" + name + "/energy_now", Long.toString(charge));
    }

    private Map<String, JsonNode> collect() {
        Map<String, JsonNode> facts = source.collect();
        assertThat(FactCatalogue.misfits(facts)).isEmpty();
        return facts;
    }

    private String fact(String name) {
        Map<String, JsonNode> facts = collect();
        JsonNode value = FactCatalogue.value(facts, name);
        return value != null
                ? value.asText()
                : facts.get(FactCatalogue.UNMEASURED).path(name).asText();
    }

    @Test
    void aDeviceWithoutWhatIsMeasuredSaysSo() {
        assertThat(fact("battery.percent")).isEqualTo("this device has no battery");
        assertThat(fact(FactCatalogue.BATTERY_DRAIN)).isEqualTo("this device has no battery");
        assertThat(fact(FactCatalogue.CRASHES)).startsWith("systemd-coredump keeps nothing here");
        assertThat(fact(FactCatalogue.FAILED_UNLOCKS)).startsWith("pam_faillock counts nothing here");
    }

    @Test
    void drainIsWhatAllBatteriesLoseInAnHour() throws IOException {
        battery("BAT0", "Discharging", 40_000_000, 30_000_000);
        battery("BAT1", "Unknown", 10_000_000, 10_000_000);
        assertThat(fact("battery.percent")).isEqualTo("80");
        assertThat(fact(FactCatalogue.BATTERY_DRAIN)).isEqualTo("on battery for less than 5 minutes");

        now = now.plus(MINUTE.multipliedBy(6));
        battery("BAT0", "Discharging", 40_000_000, 29_500_000);
        assertThat(fact(FactCatalogue.BATTERY_DRAIN)).isEqualTo("100");
    }

    @Test
    void onlyTheLastHourCounts() throws IOException {
        for (int minute = 0; minute <= 180; minute += 10) {
            battery("BAT0", "Discharging", 1_000_000, 900_000 - (minute <= 120 ? 0 : (minute - 120) * 1_000L));
            now = now.plus(MINUTE.multipliedBy(10));
            source.collect();
        }
        assertThat(fact(FactCatalogue.BATTERY_DRAIN)).isEqualTo("60");
    }

    @Test
    void chargingBeginsAnew() throws IOException {
        battery("BAT0", "Discharging", 1_000_000, 900_000);
        source.collect();
        now = now.plus(MINUTE.multipliedBy(10));
        battery("BAT0", "Charging", 1_000_000, 800_000);
        assertThat(fact(FactCatalogue.BATTERY_DRAIN)).isEqualTo("not running on battery");
        battery("BAT0", "Discharging", 1_000_000, 790_000);
        assertThat(fact(FactCatalogue.BATTERY_DRAIN)).isEqualTo("on battery for less than 5 minutes");
    }

    @Test
    void aMouseIsNotTheMachine() throws IOException {
        battery("hidpp_battery_0", "Discharging", 100, 10);
        write("sys/class/power_supply/hidpp_battery_0/scope", "Device");
        assertThat(fact("battery.percent")).isEqualTo("this device has no battery");
    }

    @Test
    void rubbishInSysfsIsNoBattery() throws IOException {
        battery("BAT0", "Discharging", -5, 10);
        write("sys/class/power_supply/BAT0/energy_now", "x".repeat(100_000));
        assertThat(fact("battery.percent")).isEqualTo("this device has no battery");
        write("sys/class/power_supply/BAT0/capacity", "900");
        assertThat(fact("battery.percent")).isEqualTo("100");
    }

    @Test
    void crashesAreCoreDumpsOfTheLastDay() throws IOException {
        for (int i = 0; i < 3; i++) {
            Path dump = root.resolve("var/lib/systemd/coredump/core.app.1000.boot." + i + ".zst");
            write(root.relativize(dump).toString(), "");
            Files.setLastModifiedTime(dump, FileTime.from(now.minus(Duration.ofHours(10L * (i + 1)))));
        }
        write("var/lib/systemd/coredump/.cleanup", "");
        assertThat(fact(FactCatalogue.CRASHES)).isEqualTo("2");
    }

    @Test
    void failedUnlocksAreValidTalliesOfTheLastDay() throws IOException {
        ByteBuffer tallies = ByteBuffer.allocate(64 * 4 + 10).order(ByteOrder.nativeOrder());
        long[] ages = {60, 3_600, 90_000, 120};
        for (int i = 0; i < ages.length; i++) {
            tallies.putShort(i * 64 + 54, (short) (i == 3 ? 0 : 1));
            tallies.putLong(i * 64 + 56, now.getEpochSecond() - ages[i]);
        }
        Path folder = Files.createDirectories(root.resolve("run/faillock"));
        Files.write(folder.resolve("alice"), tallies.array());
        Files.write(folder.resolve("bob"), new byte[] {1, 2, 3});
        assertThat(fact(FactCatalogue.FAILED_UNLOCKS)).isEqualTo("2");
    }
}
