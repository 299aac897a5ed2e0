/**
 * The read API of the audit log for people: who asks is for the API server to say, what is answered is read from Kafka.
 * Nothing is decided, written or remembered here, and no reconciler is known.
 */
@NullMarked
package io.kubemdm.operator.query;

import org.jspecify.annotations.NullMarked;
