/**
 * Carrying out commands so that a kill at any step only delays them. Whether a command may be obeyed is decided in order.
 */
@NullMarked
package io.kubemdm.agent.wipe;

import org.jspecify.annotations.NullMarked;
