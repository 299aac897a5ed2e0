/**
 * Which signed order may be obeyed: signatures, counters, expiry, the replay guard. Obeying it lives in policy and wipe.
 */
@NullMarked
package io.kubemdm.agent.order;

import org.jspecify.annotations.NullMarked;
