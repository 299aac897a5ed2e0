/**
 * The gates of a rollout's devices: its feature flag and its maintenance windows, asked as one.
 * What follows for a rollout or a device is decided elsewhere, and nothing is written.
 */
@NullMarked
package io.kubemdm.operator.gate;

import org.jspecify.annotations.NullMarked;
