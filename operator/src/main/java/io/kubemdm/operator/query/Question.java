package io.kubemdm.operator.query;

import io.kubemdm.operator.https.Refused;
import io.kubemdm.protocol.device.DeviceId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What is asked, read from path and parameters. Pure. */
sealed interface Question {

    /** Most records of one answer. */
    int MAX_LIMIT = 5_000;

    /** Records of one answer unless asked for otherwise. */
    int DEFAULT_LIMIT = 1_000;

    /** Who may be answered. */
    Right right();

    /** Which partitions there are, and from which to which offset. */
    record Partitions() implements Question {
        @Override
        public Right right() {
            return EVERYTHING;
        }
    }

    /** A page of a partition's signed heads. */
    record Heads(int partition, long offset, int limit) implements Question {
        @Override
        public Right right() {
            return EVERYTHING;
        }
    }

    /**
     * A page of events, all of a partition or those of one namespace in it.
     *
     * @param namespace null for all
     */
    record Events(int partition, @Nullable String namespace, long offset, int limit) implements Question {
        @Override
        public Right right() {
            return namespace == null ? EVERYTHING : new Right("list", namespace, "");
        }

        /** Which keys belong to the answer. */
        Predicate<String> keys() {
            return namespace == null ? key -> true : key -> key.startsWith(namespace + "/");
        }
    }

    /** A page of one device's events. */
    record Life(DeviceId device, long offset, int limit) implements Question {
        @Override
        public Right right() {
            return new Right("get", device.namespace(), device.name());
        }
    }

    /** The whole log: every device of every tenant. */
    Right EVERYTHING = new Right("list", "", "");

    /** An RFC 1123 label. */
    Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    /**
     * Reads a request.
     *
     * @param parameters name and value as often as given
     * @throws Refused 404 for another path; 400 that names the parameter
     */
    static Question of(String path, Iterable<Map.Entry<String, String>> parameters) {
        return switch (path) {
            case "/v1/partitions" -> {
                read(parameters, Set.of());
                yield new Partitions();
            }
            case "/v1/heads" -> {
                Map<String, String> given = read(parameters, Set.of("partition", "offset", "limit"));
                yield new Heads(partition(given), offset(given), limit(given));
            }
            case "/v1/events" ->
                events(read(parameters, Set.of("device", "namespace", "partition", "offset", "limit")));
            default -> throw new Refused(404, "there is /v1/events, /v1/heads, /v1/partitions and /v1/plan");
        };
    }

    private static Question events(Map<String, String> given) {
        String device = given.get("device");
        if (device != null) {
            for (String other : List.of("partition", "namespace")) {
                if (given.containsKey(other)) {
                    throw Refused.parameter(other, "leave it out, the device says it");
                }
            }
            try {
                return new Life(DeviceId.parse(device), offset(given), limit(given));
            } catch (IllegalArgumentException e) {
                throw Refused.parameter("device", "must be namespace/name: " + e.getMessage());
            }
        }
        String namespace = given.get("namespace");
        if (namespace != null && !LABEL.matcher(namespace).matches()) {
            throw Refused.parameter("namespace", "must be an RFC 1123 label");
        }
        return new Events(partition(given), namespace, offset(given), limit(given));
    }

    static Map<String, String> read(Iterable<Map.Entry<String, String>> parameters, Set<String> known) {
        Map<String, String> given = new HashMap<>();
        Set<String> names = new HashSet<>(known);
        for (Map.Entry<String, String> parameter : parameters) {
            if (!names.contains(parameter.getKey())) {
                String name = parameter.getKey();
                throw Refused.parameter(
                        name.length() <= 40 ? name : name.substring(0, 40) + "…",
                        "unknown parameter; there is "
                                + (known.isEmpty()
                                        ? "none here"
                                        : known.stream().sorted().toList()));
            }
            if (given.put(parameter.getKey(), parameter.getValue()) != null) {
                throw Refused.parameter(parameter.getKey(), "give it once");
            }
        }
        return given;
    }

    private static int partition(Map<String, String> given) {
        String text = given.get("partition");
        if (text == null) {
            throw Refused.parameter("partition", "required; /v1/partitions lists them");
        }
        return (int) number("partition", text, 0, Integer.MAX_VALUE);
    }

    private static long offset(Map<String, String> given) {
        return number("offset", given.getOrDefault("offset", "0"), 0, Long.MAX_VALUE);
    }

    private static int limit(Map<String, String> given) {
        return (int) number("limit", given.getOrDefault("limit", Integer.toString(DEFAULT_LIMIT)), 1, MAX_LIMIT);
    }

    private static long number(String name, String text, long least, long most) {
        try {
            long number = Long.parseLong(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw refusedNumber(name, least, most, e);
        }
        throw refusedNumber(name, least, most, null);
    }

    private static Refused refusedNumber(String name, long least, long most, @Nullable Exception cause) {
        String message = name + ": must be a whole number from " + least + " to " + most;
        return cause == null ? new Refused(400, message) : new Refused(400, message, cause);
    }
}
