/**
 * The fold of a device's events, as published on {@code mdm.state}. Data only; the fold itself lives in the operator's engine.
 */
@NullMarked
package io.kubemdm.protocol.state;

import org.jspecify.annotations.NullMarked;
