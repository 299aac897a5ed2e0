/**
 * What the engine measures of heartbeats: the arms of rollouts that are asked about, and what is unusual of a device.
 * All of it is telemetry in memory that may be forgotten; nothing here decides on a device or keeps a state.
 */
@NullMarked
package io.kubemdm.operator.engine.analysis;

import org.jspecify.annotations.NullMarked;
