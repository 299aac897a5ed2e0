/**
 * What the agent can set and measure on this device, one class per setting. Which policy wants it is not known here.
 */
@NullMarked
package io.kubemdm.agent.driver;

import org.jspecify.annotations.NullMarked;
