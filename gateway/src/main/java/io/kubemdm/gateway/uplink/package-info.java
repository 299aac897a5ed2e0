/**
 * Agent to Kafka: what agents report is stamped with who they are, bounded, and acknowledged only once Kafka has it.
 * Nothing here may know of orders, sessions' sockets or Kubernetes; in particular it never imports {@code downlink}.
 */
@NullMarked
package io.kubemdm.gateway.uplink;

import org.jspecify.annotations.NullMarked;
