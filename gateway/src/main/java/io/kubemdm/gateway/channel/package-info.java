/**
 * The agents' port: mutual TLS 1.3, one WebSocket per device, the life of a session. Who may connect is the ledger's word,
 * what goes to Kafka is {@code uplink}'s, what comes from it {@code downlink}'s; no Kubernetes client may be used here.
 */
@NullMarked
package io.kubemdm.gateway.channel;

import org.jspecify.annotations.NullMarked;
