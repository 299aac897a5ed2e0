/**
 * What follows from a policy that a device does not keep: each action that the engine has fired is done once, as an order, a
 * notification or a WipeRequest. Whether a device keeps its policy is the engine's to say, and nothing here judges.
 */
@NullMarked
package io.kubemdm.operator.compliance;

import org.jspecify.annotations.NullMarked;
