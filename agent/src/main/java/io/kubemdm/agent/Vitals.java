package io.kubemdm.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.kubemdm.agent.driver.FactSheet;
import io.kubemdm.agent.driver.Facts;
import io.kubemdm.agent.policy.Policies;
import io.kubemdm.agent.store.StoreFailed;
import io.kubemdm.protocol.fact.FactCatalogue;
import io.kubemdm.protocol.message.CommandAcknowledged.Refusal;
import io.kubemdm.protocol.order.CommandType;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a heartbeat tells of the device: what is measured, and how the agent itself stands. */
final class Vitals {

    private final AgentParts parts;
    private final Policies policies;
    private final Confinement confinement;

    Vitals(AgentParts parts, Policies policies, Confinement confinement) {
        this.parts = parts;
        this.policies = policies;
        this.confinement = confinement;
    }

    /** @param storage why the disk refused what the agent wanted to keep, null when it did not */
    Map<String, JsonNode> facts(StoreFailed.@Nullable Kind storage) {
        Map<String, JsonNode> facts =
                new LinkedHashMap<>(Facts.collect(parts.facts(), parts.drivers(), policies.notApplicable()));
        Long applied = policies.applyMillis();
        if (applied != null) {
            facts.put("apply", JsonNodeFactory.instance.objectNode().put("milliseconds", applied));
        } else if (facts.computeIfAbsent(FactSheet.UNMEASURED, name -> JsonNodeFactory.instance.objectNode())
                instanceof ObjectNode unmeasured) {
            unmeasured.put(FactCatalogue.APPLY_TIME, "nothing was applied since the agent started");
        }
        if (parts.acts().isLocked()) {
            facts.put("locked", BooleanNode.TRUE);
        }
        facts.putAll(confinement.facts());
        Refusal eraseRefused = parts.acts().refused().get(CommandType.CryptoErase);
        if (eraseRefused != null) {
            facts.put("eraseRefused", TextNode.valueOf(eraseRefused.name()));
        }
        if (storage != null) {
            facts.put("agentStorage", TextNode.valueOf(storage.name()));
        }
        return facts;
    }
}
