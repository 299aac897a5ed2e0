package io.kubemdm.operator.engine.analysis;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.protocol.fact.FactCatalogue;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Numbers as facts and records carry them. */
final class Numbers {

    private static final MathContext DIGITS = new MathContext(6);

    /** Beyond this JSON's numbers are not exact. */
    private static final double GREATEST = 1L << 53;

    private Numbers() {}

    /** A fact of a heartbeat as a number; null when it is not there, none, or beyond ±2⁵³. */
    static @Nullable Double of(Map<String, JsonNode> facts, String name) {
        JsonNode value = FactCatalogue.value(facts, name);
        if (value == null || !value.isNumber()) {
            return null;
        }
        double number = value.doubleValue();
        return Math.abs(number) <= GREATEST ? number : null;
    }

    /** To six digits. */
    static double rounded(double value) {
        return new BigDecimal(value).round(DIGITS).doubleValue();
    }
}
