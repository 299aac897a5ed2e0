/**
 * Kafka to agent: the gateway's view of desired orders, commands and bundles, and what of it concerns a session. Orders
 * are believed only with the operator's signature; sockets, reports to Kafka and Kubernetes are not known here.
 */
@NullMarked
package io.kubemdm.gateway.downlink;

import org.jspecify.annotations.NullMarked;
