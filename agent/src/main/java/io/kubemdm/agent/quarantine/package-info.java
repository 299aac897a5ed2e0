/**
 * Cuts the device off from all but its gateway and hosts that its own configuration names. Who asks for it is not known
 * here.
 */
@NullMarked
package io.kubemdm.agent.quarantine;

import org.jspecify.annotations.NullMarked;
