/**
 * What the operator asks the engine to measure of a rollout, and what the engine answers: the records of
 * {@code mdm.analysis}. No statistics, no client and no clock live here.
 */
@NullMarked
package io.kubemdm.protocol.analysis;

import org.jspecify.annotations.NullMarked;
