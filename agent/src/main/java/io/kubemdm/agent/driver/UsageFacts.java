package io.kubemdm.agent.driver;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.agent.store.PublicFiles;
import io.kubemdm.agent.store.PublicFiles.Found;
import io.kubemdm.protocol.fact.FactCatalogue;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the machine fares, beside what it is: battery, crashes, failed unlocks. Adds to what another source measures. Used
 * by one thread; remembers the charge of the last hour, so its first answers are without a drain.
 */
public final class UsageFacts implements FactSource {

    private static final String SUPPLIES = "/sys/class/power_supply";
    private static final String CORE_DUMPS = "/var/lib/systemd/coredump";
    private static final String FAILURES = "/run/faillock";
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration SHORTEST = Duration.ofMinutes(5);
    private static final Duration LONGEST = Duration.ofHours(1);
    private static final int MAX_ENTRIES = 1000;
    private static final int MAX_CHARGES = 512;

    /** struct tally of pam_faillock: source[52], reserved, status (both 16 bits), time (64 bits). */
    private static final int TALLY_BYTES = 64;

    private static final int TALLY_STATUS = 54;
    private static final int TALLY_TIME = 56;
    private static final int TALLY_VALID = 1;

    private record Charge(Instant at, double permille) {}

    /**
     * All batteries together.
     *
     * @param permille of their capacity
     * @param discharging whether the machine runs on them
     */
    private record Battery(double permille, boolean discharging) {}

    private final FactSource machine;
    private final PublicFiles files;
    private final InstantSource clock;
    private final Deque<Charge> charges = new ArrayDeque<>();

    /**
     * A source that adds to {@code machine}.
     *
     * @param files of the machine
     */
    public UsageFacts(FactSource machine, PublicFiles files, InstantSource clock) {
        this.machine = machine;
        this.files = files;
        this.clock = clock;
    }

    @Override
    public String osVersion() {
        return machine.osVersion();
    }

    @Override
    public Map<String, JsonNode> collect() {
        FactSheet sheet = new FactSheet();
        sheet.putAll(machine.collect());
        Instant now = clock.instant();
        battery(sheet, now);
        crashes(sheet, now);
        failedUnlocks(sheet, now);
        return sheet.facts();
    }

    private void battery(FactSheet sheet, Instant now) {
        Battery battery = battery();
        if (battery == null) {
            charges.clear();
            sheet.unmeasured("battery.percent", "this device has no battery");
            sheet.unmeasured(FactCatalogue.BATTERY_DRAIN, "this device has no battery");
            return;
        }
        sheet.put("battery.percent", Math.round(battery.permille() / 10));
        if (!battery.discharging()) {
            charges.clear();
            sheet.unmeasured(FactCatalogue.BATTERY_DRAIN, "not running on battery");
            return;
        }
        drain(sheet, new Charge(now, battery.permille()));
    }

    private void drain(FactSheet sheet, Charge latest) {
        Charge last = charges.peekLast();
        if (last != null && (latest.at().isBefore(last.at()) || latest.permille() > last.permille())) {
            charges.clear(); // the clock was set, or it was charged meanwhile
        }
        charges.removeIf(charge -> Duration.between(charge.at(), latest.at()).compareTo(LONGEST) > 0);
        charges.add(latest);
        if (charges.size() > MAX_CHARGES) {
            charges.remove();
        }
        Charge first = charges.getFirst();
        Duration elapsed = Duration.between(first.at(), latest.at());
        if (elapsed.compareTo(SHORTEST) < 0) {
            sheet.unmeasured(
                    FactCatalogue.BATTERY_DRAIN, "on battery for less than " + SHORTEST.toMinutes() + " minutes");
            return;
        }
        double hours = elapsed.toMillis() / (double) Duration.ofHours(1).toMillis();
        sheet.put(FactCatalogue.BATTERY_DRAIN, Math.round((first.permille() - latest.permille()) / hours));
    }

    /** Null when there is none. Batteries of a mouse or a headset have the scope Device and are not the machine's. */
    private @Nullable Battery battery() {
        double charge = 0;
        double capacity = 0;
        boolean discharging = false;
        for (Found supply : files.list(SUPPLIES, MAX_ENTRIES)) {
            String folder = SUPPLIES + "/" + supply.name() + "/";
            if (!"Battery".equals(word(folder + "type")) || "Device".equals(word(folder + "scope"))) {
                continue;
            }
            Double full = first(folder + "energy_full", folder + "charge_full");
            Double now = first(folder + "energy_now", folder + "charge_now");
            Double percent = number(folder + "capacity");
            if (full != null && now != null && full > 0) {
                charge += Math.clamp(now, 0, full);
                capacity += full;
            } else if (percent != null) {
                charge += Math.clamp(percent, 0, 100);
                capacity += 100;
            }
            discharging |= "Discharging".equals(word(folder + "status"));
        }
        return capacity > 0 ? new Battery(1000 * charge / capacity, discharging) : null;
    }

    private void crashes(FactSheet sheet, Instant now) {
        if (!files.exists(CORE_DUMPS)) {
            sheet.unmeasured(
                    FactCatalogue.CRASHES, "systemd-coredump keeps nothing here: " + CORE_DUMPS + " is missing");
            return;
        }
        long dumps = files.list(CORE_DUMPS, MAX_ENTRIES).stream()
                .filter(file -> file.name().startsWith("core."))
                .filter(file -> isOfLastDay(file.modified(), now))
                .count();
        sheet.put(FactCatalogue.CRASHES, dumps);
    }

    private void failedUnlocks(FactSheet sheet, Instant now) {
        if (!files.exists(FAILURES)) {
            sheet.unmeasured(
                    FactCatalogue.FAILED_UNLOCKS, "pam_faillock counts nothing here: " + FAILURES + " is missing");
            return;
        }
        long failed = 0;
        for (Found user : files.list(FAILURES, MAX_ENTRIES)) {
            byte[] tally = files.bytes(FAILURES + "/" + user.name());
            if (tally == null) {
                sheet.unmeasured(FactCatalogue.FAILED_UNLOCKS, "only root can read " + FAILURES);
                return;
            }
            failed += failures(tally, now);
        }
        sheet.put(FactCatalogue.FAILED_UNLOCKS, failed);
    }

    private static long failures(byte[] tally, Instant now) {
        ByteBuffer records = ByteBuffer.wrap(tally).order(ByteOrder.nativeOrder());
        long failed = 0;
        for (int at = 0; at + TALLY_BYTES <= tally.length; at += TALLY_BYTES) {
            boolean valid = (records.getShort(at + TALLY_STATUS) & TALLY_VALID) != 0;
            long seconds = records.getLong(at + TALLY_TIME);
            if (valid && seconds > 0 && seconds < Integer.MAX_VALUE * 4L) {
                failed += isOfLastDay(Instant.ofEpochSecond(seconds), now) ? 1 : 0;
            }
        }
        return failed;
    }

    private static boolean isOfLastDay(Instant moment, Instant now) {
        return moment.isAfter(now.minus(DAY)) && !moment.isAfter(now.plus(SHORTEST));
    }

    private @Nullable Double first(String path, String other) {
        Double found = number(path);
        return found == null ? number(other) : found;
    }

    private @Nullable Double number(String path) {
        String word = word(path);
        try {
            return word == null || word.isEmpty() ? null : Double.valueOf((double) Long.parseLong(word));
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private @Nullable String word(String path) {
        String text = files.text(path);
        List<String> lines = text == null ? List.of() : text.lines().toList();
        return lines.isEmpty() ? null : lines.getFirst().strip();
    }
}
