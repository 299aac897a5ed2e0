/**
 * What a device can measure: names, types and meaning of the facts in a heartbeat. Measuring is the agent's business,
 * judging that of the rules.
 */
@NullMarked
package io.kubemdm.protocol.fact;

import org.jspecify.annotations.NullMarked;
