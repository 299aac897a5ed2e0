/**
 * Reports in, events and states out, exactly once, as Kafka Streams.
 * No Kubernetes client, no order and no decision of a person's may live here.
 */
@NullMarked
package io.kubemdm.operator.engine;

import org.jspecify.annotations.NullMarked;
