/**
 * The contracts on Kafka: which topics there are and who may touch them, how an envelope becomes a record, how a
 * compacted topic is read. What a record means lives in {@code protocol}; who decides lives in the services.
 */
@NullMarked
package io.kubemdm.bus;

import org.jspecify.annotations.NullMarked;
