package io.kubemdm.testbed.fleet;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a fleet's devices measure and what bundles do to them, the same for the same seed.
 *
 * @param measured numeric facts that every device has, with their mean over the fleet
 * @param worse what a bundle in force does to such a fact
 * @param failing bundles that a share of the devices cannot apply
 * @param offlinePercent 0 to 100: so many of the devices enrol and never connect
 */
public record Scenario(List<Measured> measured, List<Worse> worse, List<Failing> failing, double offlinePercent) {

    /** Well devices that measure nothing of their own. */
    public static final Scenario NONE = new Scenario(List.of(), List.of(), List.of(), 0);

    /** The mean of a fact that is only named as worsening. */
    static final double DEFAULT_MEAN = 100;

    private static final String FACT = "([a-zA-Z][a-zA-Z0-9]{0,62}(?:\\.[a-zA-Z][a-zA-Z0-9]{0,62}){1,3})";
    private static final String NUMBER = "([0-9]{1,9}(?:\\.[0-9]{1,3})?)";
    private static final String BUNDLE = "([a-z0-9](?:[a-z0-9.-]{0,61}[a-z0-9])?)@([0-9][0-9A-Za-z.+-]{0,63})";
    private static final Pattern MEASURED = Pattern.compile(FACT + ":" + NUMBER);
    private static final Pattern WORSE = Pattern.compile(FACT + ":([+-])" + NUMBER + "%@" + BUNDLE);
    private static final Pattern FAILING = Pattern.compile(NUMBER + "%@" + BUNDLE);
    private static final Pattern SHARE = Pattern.compile(NUMBER + "%?");

    public Scenario {
        measured = List.copyOf(measured);
        worse = List.copyOf(worse);
        failing = List.copyOf(failing);
    }

    /**
     * A numeric fact.
     *
     * @param fact dotted path in the heartbeat's facts
     * @param mean over the fleet; a device's own spreads by 15 % around it, a heartbeat's by 5 % around that; told as a
     *     whole number, as the catalogue's numbers are
     */
    public record Measured(String fact, double mean) {

        /** Reads {@code FACT:MEAN}. @throws IllegalArgumentException that says what is expected */
        public static Measured parse(String text) {
            Matcher found = match(MEASURED, text, "a fact and its mean, such as battery.drainPermillePerHour:80");
            return new Measured(found.group(1), Double.parseDouble(found.group(2)));
        }

        @Override
        public String toString() {
            return fact + ":" + plain(mean);
        }
    }

    /**
     * What a bundle does to a fact.
     *
     * @param percent by how much it changes while the bundle is in force; negative falls
     */
    public record Worse(String fact, double percent, String policy, String version) {

        /** Reads {@code FACT:+PERCENT%@LINE@VERSION}. @throws IllegalArgumentException that says what is expected */
        public static Worse parse(String text) {
            Matcher found = match(
                    WORSE,
                    text,
                    "a fact, by how much and while what is in force, such as"
                            + " battery.drainPermillePerHour:+40%@power@1.1.0");
            double percent = Double.parseDouble(found.group(3));
            return new Worse(
                    found.group(1), found.group(2).equals("-") ? -percent : percent, found.group(4), found.group(5));
        }

        @Override
        public String toString() {
            return fact + ":" + (percent < 0 ? "" : "+") + plain(percent) + "%@" + policy + "@" + version;
        }
    }

    /**
     * A bundle that some devices cannot apply.
     *
     * @param percent of the devices, 0 to 100
     */
    public record Failing(double percent, String policy, String version) {

        /** Reads {@code PERCENT%@LINE@VERSION}. @throws IllegalArgumentException that says what is expected */
        public static Failing parse(String text) {
            Matcher found = match(FAILING, text, "a share of the devices and a bundle, such as 5%@power@1.1.0");
            return new Failing(share(found.group(1)), found.group(2), found.group(3));
        }

        @Override
        public String toString() {
            return plain(percent) + "%@" + policy + "@" + version;
        }
    }

    /** Reads a share such as {@code 60%}. @throws IllegalArgumentException that says what is expected */
    public static double percent(String text) {
        return share(match(SHARE, text, "a share of the devices, such as 60%").group(1));
    }

    private static double share(String number) {
        double percent = Double.parseDouble(number);
        if (percent > 100) {
            throw new IllegalArgumentException(number + " % is more than all devices: give 0 to 100");
        }
        return percent;
    }

    private static Matcher match(Pattern pattern, String text, String expected) {
        Matcher matcher = pattern.matcher(text);
        if (text.length() > 256 || !matcher.matches()) {
            String shown = text.length() > 256 ? text.substring(0, 256) + "…" : text;
            throw new IllegalArgumentException("'" + shown + "': expected " + expected);
        }
        return matcher;
    }

    private static String plain(double number) {
        return number == Math.rint(number)
                ? String.format(Locale.ROOT, "%.0f", number)
                : String.format(Locale.ROOT, "%.3f", number);
    }

    boolean isNone() {
        return measured.isEmpty() && worse.isEmpty() && failing.isEmpty();
    }

    /** Whether the fleet's {@code number}-th device, from 0, never connects. */
    public boolean isOffline(int number) {
        return isAmong(number, offlinePercent, Irrational.PLASTIC);
    }

    /** Whether the fleet's {@code number}-th device, from 0, cannot apply this bundle. */
    public boolean fails(int number, String policy, String version) {
        return failing.stream()
                .anyMatch(each -> each.policy().equals(policy)
                        && each.version().equals(version)
                        && isAmong(number, each.percent(), Irrational.GOLDEN));
    }

    /** By how much this bundle in force multiplies a fact. */
    double factor(String fact, String policy, String version) {
        return worse.stream()
                .filter(each -> each.fact().equals(fact)
                        && each.policy().equals(policy)
                        && each.version().equals(version))
                .mapToDouble(each -> Math.max(0, 1 + each.percent() / 100))
                .reduce(1, (one, other) -> one * other);
    }

    /** Spreads shares evenly over a fleet of any size, independently of each other. */
    private enum Irrational {
        GOLDEN(0.618_033_988_749_894_9),
        PLASTIC(0.754_877_666_246_692_7);

        private final double step;

        Irrational(double step) {
            this.step = step;
        }
    }

    private static boolean isAmong(int number, double percent, Irrational sequence) {
        double place = (number + 0.5) * sequence.step;
        return (place - Math.floor(place)) * 100 < percent;
    }
}
