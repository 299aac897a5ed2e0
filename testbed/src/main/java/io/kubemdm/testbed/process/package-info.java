/**
 * Child processes: how one is described, started, awaited and ended, and the ports they are given.
 * Knows nothing of what the processes are.
 */
@NullMarked
package io.kubemdm.testbed.process;

import org.jspecify.annotations.NullMarked;
