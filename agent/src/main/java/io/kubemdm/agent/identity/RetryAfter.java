package io.kubemdm.agent.identity;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** HTTP's {@code Retry-After} (RFC 9110 §10.2.3), in seconds or as a date. */
final class RetryAfter {

    private static final Duration UNSAID = Duration.ofSeconds(10);
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(10);

    private RetryAfter() {}

    /**
     * How long to wait, from one second to ten minutes.
     *
     * @param header null or rubbish is ten seconds
     */
    static Duration of(@Nullable String header, Instant now) {
        Duration said = said(header == null ? "" : header.strip(), now);
        if (said.compareTo(SHORTEST) < 0) {
            return SHORTEST;
        }
        return said.compareTo(LONGEST) > 0 ? LONGEST : said;
    }

    private static Duration said(String header, Instant now) {
        if (header.matches("[0-9]{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(header));
        }
        try {
            return Duration.between(
                    now,
                    ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant());
        } catch (DateTimeException e) {
            return UNSAID;
        }
    }
}
