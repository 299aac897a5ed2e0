package io.kubemdm.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kubemdm.agent.quarantine.Quarantine;
import io.kubemdm.protocol.order.DesiredOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Holds the device's quarantine to what the desired order says, and tells how that went. On the agent's thread. */
final class Confinement {

    private static final Logger LOG = LoggerFactory.getLogger(Confinement.class);

    private final Quarantine quarantine;
    private boolean confined;
    private boolean obstructed;

    Confinement(Quarantine quarantine) {
        this.quarantine = quarantine;
    }

    /**
     * Confines the device or lets it go, as an order says; without one it is free. What it could not do is tried again at the
     * next heartbeat: no order's other content waits for it.
     */
    void follow(@Nullable DesiredOrder order) {
        boolean wanted = order != null && order.confines();
        boolean before = quarantine.confined();
        if (wanted) {
            quarantine.confine(); // again, too: hosts' addresses change
        } else if (before) {
            quarantine.release();
        }
        confined = quarantine.confined();
        if (confined != before) {
            LOG.warn("quarantine {}", confined ? "begins" : "ends");
        }
        if (confined != wanted && !obstructed) {
            LOG.error("ALERT cannot {}, trying again: {}", wanted ? "confine" : "release", quarantine.obstacle());
        }
        obstructed = confined != wanted;
    }

    /** What a heartbeat says of it; empty while the device is free and is meant to be. */
    Map<String, JsonNode> facts() {
        Map<String, JsonNode> facts = new LinkedHashMap<>(2);
        if (confined || obstructed) {
            String obstacle = confined ? null : quarantine.obstacle();
            ObjectNode told = JsonNodeFactory.instance.objectNode().put("enforced", confined);
            facts.put("quarantine", obstacle == null ? told : told.put("reason", obstacle));
        }
        if (confined) {
            facts.put("quarantined", BooleanNode.TRUE);
        }
        return facts;
    }
}
