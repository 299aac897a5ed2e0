/**
 * {@code mdm.state} to {@code Device.status}: a pure projection and the one writer of it. It decides nothing about a device
 * and writes nothing else; sessions, certificates and orders may not be used here.
 */
@NullMarked
package io.kubemdm.gateway.bridge;

import org.jspecify.annotations.NullMarked;
