package io.kubemdm.rules;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.protocol.fact.Fact;
import io.kubemdm.protocol.fact.FactCatalogue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The facts of one device while it is judged, each read once, and what of the bundle's claims another line overrules. A
 * value of another type or size counts as missing.
 */
final class FactValues {

    private final Map<String, JsonNode> reported;
    private final String platform;
    private final Set<String> overruled;
    private final Map<String, Optional<Object>> read = new HashMap<>();

    FactValues(Map<String, JsonNode> reported, String platform, Set<String> overruled) {
        this.reported = reported;
        this.platform = platform;
        this.overruled = overruled;
    }

    boolean isOverruled(String claim) {
        return overruled.contains(claim);
    }

    String platform() {
        return platform;
    }

    /** The value as CEL takes it, empty when it is not there. */
    Optional<Object> find(String name) {
        Optional<Object> known = read.get(name);
        if (known == null) {
            known = Optional.ofNullable(convert(name));
            read.put(name, known);
        }
        return known;
    }

    boolean flag(String name) {
        return (Boolean) require(name);
    }

    long number(String name) {
        return (Long) require(name);
    }

    String text(String name) {
        return (String) require(name);
    }

    @SuppressWarnings("unchecked")
    List<String> list(String name) {
        return (List<String>) require(name);
    }

    @SuppressWarnings("unchecked")
    Map<String, String> map(String name) {
        return (Map<String, String>) require(name);
    }

    private Object require(String name) {
        return find(name).orElseThrow(() -> new MissingFact(name));
    }

    private @Nullable Object convert(String name) {
        Fact fact = FactCatalogue.find(name);
        JsonNode value = FactCatalogue.value(reported, name);
        if (fact == null || value == null || !fact.type().accepts(value)) {
            return null;
        }
        return switch (fact.type()) {
            case BOOL -> value.booleanValue();
            case INT -> value.longValue();
            case STRING -> value.textValue();
            case STRINGS -> {
                List<String> list = new ArrayList<>(value.size());
                value.forEach(element -> list.add(element.textValue()));
                yield list;
            }
            case STRING_MAP -> {
                Map<String, String> map = new LinkedHashMap<>(value.size() * 2);
                value.properties()
                        .forEach(entry ->
                                map.put(entry.getKey(), entry.getValue().textValue()));
                yield map;
            }
        };
    }

    /** Why this device cannot do a setting, null when it does not say so. */
    @Nullable String notApplicable(String setting) {
        return reason(FactCatalogue.NOT_APPLICABLE, setting);
    }

    /** The outcome of a rule that depends on facts that are not there. */
    RuleOutcome missing(String rule, Collection<String> names) {
        List<String> unmeasured = new ArrayList<>();
        for (String name : new TreeSet<>(names)) {
            Fact fact = FactCatalogue.find(name);
            if (fact != null && fact.isMeasuredOn(platform)) {
                String reason = reason(FactCatalogue.UNMEASURED, name);
                unmeasured.add(reason == null ? name : name + ": " + reason);
            }
        }
        return unmeasured.isEmpty()
                ? new RuleOutcome(
                        rule, Verdict.NotApplicable, platform + " has no " + String.join(", ", new TreeSet<>(names)))
                : new RuleOutcome(rule, Verdict.Unknown, "not measured: " + String.join("; ", unmeasured));
    }

    /** What a map of reasons says of a dotted name, or of what it lies in. */
    private @Nullable String reason(String map, String name) {
        JsonNode reasons = reported.get(map);
        if (reasons == null) {
            return null;
        }
        for (String at = name; ; at = at.substring(0, at.lastIndexOf('.'))) {
            JsonNode reason = reasons.get(at);
            if (reason != null && reason.isTextual()) {
                return reason.textValue();
            }
            if (at.indexOf('.') < 0) {
                return null;
            }
        }
    }
}
