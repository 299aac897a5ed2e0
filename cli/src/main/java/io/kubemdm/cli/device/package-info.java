/**
 * Devices as a table for people. Reads the cluster only; nothing here changes a device.
 */
@NullMarked
package io.kubemdm.cli.device;

import org.jspecify.annotations.NullMarked;
