package io.kubemdm.testbed.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.JWSObject;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.message.OrderIssued;
import io.kubemdm.protocol.message.PolicyReported;
import io.kubemdm.protocol.order.DesiredOrder;
import java.text.ParseException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** What a {@link Scenario} has in store for one device. Used by the device's event loop alone. */
final class Fortune {

    private static final double BETWEEN_DEVICES = 0.15;
    private static final double BETWEEN_HEARTBEATS = 0.05;

    private final Scenario scenario;
    private final int number;
    private final SplittableRandom random;
    private final Map<String, Double> usual = new LinkedHashMap<>();
    private final Map<String, String> inForce = new HashMap<>(2);
    private List<PolicyRef> wanted = List.of();

    Fortune(Scenario scenario, int number, long seed) {
        this.scenario = scenario;
        this.number = number;
        this.random = new SplittableRandom(seed * 7_368_787 + number);
        scenario.worse().forEach(each -> usual.put(each.fact(), Scenario.DEFAULT_MEAN));
        scenario.measured().forEach(each -> usual.put(each.fact(), each.mean()));
        usual.replaceAll((fact, mean) -> spread(mean, BETWEEN_DEVICES));
    }

    private double spread(double mean, double share) {
        return Math.max(0, mean * (1 + share * random.nextGaussian()));
    }

    /** An order came in, whatever the agent will think of it. */
    void ordered(OrderIssued order) {
        if (scenario.failing().isEmpty() || order.lane() != OrderIssued.Lane.desired) {
            return;
        }
        try {
            wanted = Json.read(JWSObject.parse(order.jws()).getPayload().toBytes(), DesiredOrder.class)
                    .policies();
        } catch (ParseException e) {
            throw new IllegalStateException("the gateway passed on an order that is no JWS", e);
        }
    }

    /** The agent said what became of a line. */
    void reported(PolicyReported report) {
        switch (report.state()) {
            case Applied ->
                inForce.put(report.policy().policy(), report.policy().version());
            case Removed -> inForce.remove(report.policy().policy());
            case Failed, Rejected, RolledBack -> {}
        }
    }

    /** Whether nothing can be set on the device now, because it is told to have a bundle that it cannot apply. */
    boolean refusesToSet() {
        return wanted.stream().anyMatch(ref -> scenario.fails(number, ref.policy(), ref.version()));
    }

    /** Adds what the device measures now. */
    void measure(Map<String, JsonNode> facts) {
        usual.forEach((fact, mean) -> {
            double value = spread(mean, BETWEEN_HEARTBEATS);
            for (Map.Entry<String, String> line : inForce.entrySet()) {
                value *= scenario.factor(fact, line.getKey(), line.getValue());
            }
            put(facts, fact, Math.round(value));
        });
    }

    private static void put(Map<String, JsonNode> facts, String path, long value) {
        List<String> names = List.of(path.split("\\.", -1));
        ObjectNode node = (ObjectNode) facts.compute(
                names.getFirst(),
                (name, before) -> before instanceof ObjectNode known ? known : JsonNodeFactory.instance.objectNode());
        for (String name : names.subList(1, names.size() - 1)) {
            node = node.withObjectProperty(name);
        }
        node.put(names.getLast(), value);
    }
}
