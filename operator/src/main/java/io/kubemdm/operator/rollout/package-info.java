/**
 * How far one Rollout has opened: steps, thresholds, aborts.
 * No order is made here; devices are only rung.
 */
@NullMarked
package io.kubemdm.operator.rollout;

import org.jspecify.annotations.NullMarked;
