/**
 * Signed orders: the desired state and the command lane, and the device's signed receipt. What may be obeyed when is the agent's business, not this package's.
 */
@NullMarked
package io.kubemdm.protocol.order;

import org.jspecify.annotations.NullMarked;
