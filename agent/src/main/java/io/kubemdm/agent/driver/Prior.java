package io.kubemdm.agent.driver;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * What was there before the agent first touched a target.
 *
 * @param before in the driver's own form, null when there was nothing
 */
public record Prior(@Nullable JsonNode before) {}
