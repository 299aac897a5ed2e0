/**
 * All devices at once: labels, order of admission, live rollouts, counters.
 * No I/O: others feed it and read it.
 */
@NullMarked
package io.kubemdm.operator.fleet;

import org.jspecify.annotations.NullMarked;
