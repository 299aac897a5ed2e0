/**
 * Maintenance windows: whether one is open at a moment in a time zone, and when the next one opens.
 * No clock, no device and no rollout are known here.
 */
@NullMarked
package io.kubemdm.operator.window;

import org.jspecify.annotations.NullMarked;
