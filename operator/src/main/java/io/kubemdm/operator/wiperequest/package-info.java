/**
 * The life of one WipeRequest from its target to the device's receipt.
 * Nothing about desired state may live here.
 */
@NullMarked
package io.kubemdm.operator.wiperequest;

import org.jspecify.annotations.NullMarked;
