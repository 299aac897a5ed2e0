/**
 * Who a device is: its namespace, its name, and how the name follows from its first key. No key material, no I/O.
 */
@NullMarked
package io.kubemdm.protocol.device;

import org.jspecify.annotations.NullMarked;
