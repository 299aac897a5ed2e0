/**
 * Asks the engine to measure the open steps of rollouts and judges what it answers: demands out, sketches in, a test that
 * may be looked at repeatedly, one verdict per analysis. It moves no rollout and knows no device.
 */
@NullMarked
package io.kubemdm.operator.analysis;

import org.jspecify.annotations.NullMarked;
