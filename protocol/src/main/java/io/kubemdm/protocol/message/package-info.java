/**
 * What agents, gateways and the operator say to the engine and to each other, as CloudEvents bodies. Bodies only: no transport, no Kafka, no signature.
 */
@NullMarked
package io.kubemdm.protocol.message;

import org.jspecify.annotations.NullMarked;
