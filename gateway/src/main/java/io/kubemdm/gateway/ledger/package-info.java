/**
 * Who holds which certificate and who lost it, read from {@code mdm.certificates} and {@code mdm.revocations}. Only
 * signed records are believed; nothing here may write to Kafka or know of TLS, HTTP or Kubernetes.
 */
@NullMarked
package io.kubemdm.gateway.ledger;

import org.jspecify.annotations.NullMarked;
