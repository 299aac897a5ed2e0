/**
 * From the desired policies to what is set on the device, and back when it drifts. How a thing is set is a driver's business.
 */
@NullMarked
package io.kubemdm.agent.policy;

import org.jspecify.annotations.NullMarked;
