/**
 * Asks the one configured Prometheus for numbers: a query in, a number or the reason why there is none out. No rollout is known
 * here, and nothing is decided on a number.
 */
@NullMarked
package io.kubemdm.operator.prometheus;

import org.jspecify.annotations.NullMarked;
