/**
 * What is desired of one Device, its declaration to the engine, and bringing back Devices that have no object.
 * No other kind's decision and no status of a Device may live here: the bridge writes that.
 */
@NullMarked
package io.kubemdm.operator.device;

import org.jspecify.annotations.NullMarked;
