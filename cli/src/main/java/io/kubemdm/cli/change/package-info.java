/**
 * Deciding about what somebody else has asked for: what all decisions share, and those about bundles and rollouts. Whether
 * it is enough is the operator's and the devices' to count.
 */
@NullMarked
package io.kubemdm.cli.change;

import org.jspecify.annotations.NullMarked;
