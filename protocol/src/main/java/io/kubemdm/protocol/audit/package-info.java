/**
 * The audit log as it is proven: how records of {@code mdm.events} are chained, what an export holds, and the verifiers of
 * both. Pure; where the records come from is the caller's business, and nothing of Kafka may live here.
 */
@NullMarked
package io.kubemdm.protocol.audit;

import org.jspecify.annotations.NullMarked;
