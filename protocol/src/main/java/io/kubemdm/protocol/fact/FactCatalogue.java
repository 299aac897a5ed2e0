package io.kubemdm.protocol.fact;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Every fact that a rule may name. The facts of a typed setting live under the setting's key. One that cannot be measured
 * is left out of a heartbeat and named in {@link #UNMEASURED} with the reason.
 */
public final class FactCatalogue {

    /** Name of the map from the dotted name of a fact to why it is not there, one line of at most 200 characters. */
    public static final String UNMEASURED = "unmeasured";

    /** Name of the map from the dotted name of a setting to why this device cannot do it, in one line likewise. */
    public static final String NOT_APPLICABLE = "notApplicable";

    /** How much of its charge a device uses. */
    public static final String BATTERY_DRAIN = "battery.drainPermillePerHour";

    /** How often programs crash. */
    public static final String CRASHES = "crashes.lastDay";

    /** How often unlocking fails. */
    public static final String FAILED_UNLOCKS = "unlocks.failedLastDay";

    /** How long an order takes to be applied. */
    public static final String APPLY_TIME = "apply.milliseconds";

    private static final SortedMap<String, Fact> BY_NAME = byName();

    private FactCatalogue() {}

    /** All of them, by name. */
    public static List<Fact> facts() {
        return FactTable.FACTS;
    }

    /** The fact of this name, null when there is none. */
    public static @Nullable Fact find(String name) {
        return BY_NAME.get(name);
    }

    /** The value of a fact in what a device reported, null when it is not there. */
    public static @Nullable JsonNode value(Map<String, JsonNode> reported, String name) {
        int dot = name.indexOf('.');
        JsonNode found = reported.get(dot < 0 ? name : name.substring(0, dot));
        while (found != null && dot >= 0) {
            int next = name.indexOf('.', dot + 1);
            found = found.get(next < 0 ? name.substring(dot + 1) : name.substring(dot + 1, next));
            dot = next;
        }
        return found == null || found.isNull() ? null : found;
    }

    /**
     * What in a report does not fit the catalogue, a sentence each: for the tests of whoever measures. A device may
     * report more than the catalogue has; rules do not see it.
     */
    public static List<String> misfits(Map<String, JsonNode> reported) {
        List<String> found = new ArrayList<>();
        reported.forEach((name, value) -> {
            if (!name.equals(UNMEASURED) && !name.equals(NOT_APPLICABLE)) {
                misfits(name, value, found);
            }
        });
        return found;
    }

    private static void misfits(String name, JsonNode value, List<String> found) {
        Fact fact = find(name);
        if (fact != null) {
            if (!fact.type().accepts(value)) {
                found.add(name + " is " + value.getNodeType() + ", the catalogue says "
                        + fact.type().text());
            }
        } else if (value.isObject()) {
            value.properties().forEach(child -> misfits(name + "." + child.getKey(), child.getValue(), found));
        } else {
            found.add(name + " is not in the catalogue");
        }
    }

    private static SortedMap<String, Fact> byName() {
        SortedMap<String, Fact> facts = new TreeMap<>();
        FactTable.FACTS.forEach(fact -> facts.put(fact.name(), fact));
        return Collections.unmodifiableSortedMap(facts);
    }
}
