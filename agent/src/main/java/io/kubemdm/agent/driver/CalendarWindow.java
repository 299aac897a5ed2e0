package io.kubemdm.agent.driver;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A maintenance window: crontab(5)'s five fields, and as systemd.time(7) writes the moment it opens.
 *
 * @param cron as the bundle says it
 * @param seconds how long it stays open
 */
record CalendarWindow(String cron, String timeZone, long seconds) {

    private static final Pattern ITEM =
            Pattern.compile("(\\*|[0-9A-Za-z]{1,3}(?:-[0-9A-Za-z]{1,3})?)(?:/([0-9]{1,2}))?");
    private static final List<String> DAYS = List.of("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun");
    private static final Map<String, Integer> MONTHS = Map.ofEntries(
            Map.entry("JAN", 1),
            Map.entry("FEB", 2),
            Map.entry("MAR", 3),
            Map.entry("APR", 4),
            Map.entry("MAY", 5),
            Map.entry("JUN", 6),
            Map.entry("JUL", 7),
            Map.entry("AUG", 8),
            Map.entry("SEP", 9),
            Map.entry("OCT", 10),
            Map.entry("NOV", 11),
            Map.entry("DEC", 12));

    /**
     * Reads one of a bundle.
     *
     * @throws SettingRefused when it makes no sense, or restricts both days, which systemd cannot say
     */
    static CalendarWindow of(String name, JsonNode value) {
        Fields.only(name, value, List.of("cron", "timeZone", "duration"));
        String cron = Fields.matching(name + ".cron", value.path("cron"), "[0-9A-Za-z*/,-]+( [0-9A-Za-z*/,-]+){4}");
        String zone = value.has("timeZone") ? value.path("timeZone").asText() : "UTC";
        try {
            ZoneId.of(zone);
        } catch (DateTimeException e) {
            throw Fields.invalid(name + ".timeZone is '" + Fields.cut(zone) + "', which is no IANA time zone");
        }
        long seconds = Fields.seconds(name + ".duration", value.path("duration"), 60, 604_800);
        CalendarWindow window = new CalendarWindow(cron, zone, seconds);
        window.onCalendar();
        return window;
    }

    /** The moment it opens, for {@code OnCalendar=}. */
    String onCalendar() {
        String[] field = cron.split(" ", -1);
        if (!field[2].equals("*") && !field[4].equals("*")) {
            throw Fields.invalid("cron '" + cron + "' restricts day of month and day of week: leave one of them *");
        }
        String weekdays = field[4].equals("*") ? "" : weekdays(field[4]) + " ";
        return weekdays + "*-" + numbers(field[3], 1, 12) + "-" + numbers(field[2], 1, 31) + " "
                + numbers(field[1], 0, 23) + ":" + numbers(field[0], 0, 59) + ":00 " + timeZone;
    }

    /** As the fact has it. */
    @Override
    public String toString() {
        return cron + " " + timeZone + " " + seconds + "s";
    }

    private String numbers(String field, int least, int most) {
        List<String> items = new ArrayList<>();
        for (String item : field.split(",", -1)) {
            Matcher matcher = matched(item);
            String range = matcher.group(1);
            String step = matcher.group(2);
            if (range.equals("*")) {
                items.add(step == null ? "*" : least + "/" + positive(step));
            } else {
                int dash = range.indexOf('-');
                int from = number(dash < 0 ? range : range.substring(0, dash), least, most);
                int to = dash < 0 ? from : number(range.substring(dash + 1), from, most);
                String until = dash < 0 && step == null ? "" : ".." + (dash < 0 ? most : to);
                items.add(from + until + (step == null ? "" : "/" + positive(step)));
            }
        }
        return String.join(",", items);
    }

    private String weekdays(String field) {
        List<String> items = new ArrayList<>();
        for (String item : field.split(",", -1)) {
            Matcher matcher = matched(item);
            String range = matcher.group(1);
            if (matcher.group(2) != null || range.equals("*")) {
                throw Fields.invalid("cron '" + cron + "' has steps of weekdays: name the days");
            }
            int dash = range.indexOf('-');
            String from = day(dash < 0 ? range : range.substring(0, dash));
            items.add(dash < 0 ? from : from + ".." + day(range.substring(dash + 1)));
        }
        return String.join(",", items);
    }

    private String day(String text) {
        if (text.matches("[0-7]")) {
            return DAYS.get(Integer.parseInt(text));
        }
        return DAYS.stream()
                .filter(day -> day.equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(() -> Fields.invalid("cron '" + cron + "' has no weekday '" + text + "'"));
    }

    private int number(String text, int least, int most) {
        int number = text.matches("[0-9]{1,2}")
                ? Integer.parseInt(text)
                : MONTHS.getOrDefault(most == 12 ? text.toUpperCase(Locale.ROOT) : "", -1);
        if (number < least || number > most) {
            throw Fields.invalid("cron '" + cron + "' has '" + text + "', not " + least + " to " + most);
        }
        return number;
    }

    private int positive(String step) {
        int number = Integer.parseInt(step);
        if (number == 0) {
            throw Fields.invalid("cron '" + cron + "' has a step of 0");
        }
        return number;
    }

    private Matcher matched(String item) {
        Matcher matcher = ITEM.matcher(item);
        if (!matcher.matches()) {
            throw Fields.invalid("cron '" + cron + "' has '" + item + "', which is no number, range or step");
        }
        return matcher;
    }
}
