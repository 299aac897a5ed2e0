/**
 * The engine as a process on a real broker: killed, rebuilt from the log, fed with rubbish. The rules are tested in
 * {@code operator}.
 */
@NullMarked
package io.kubemdm.testbed.engine;

import org.jspecify.annotations.NullMarked;
