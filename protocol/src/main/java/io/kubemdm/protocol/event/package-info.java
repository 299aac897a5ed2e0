/**
 * What the engine concluded: the transitions written to {@code mdm.events}. Only records and their catalogue; deciding and folding live in the operator's engine.
 */
@NullMarked
package io.kubemdm.protocol.event;

import org.jspecify.annotations.NullMarked;
