/**
 * Every access to the disk: the agent's own state, and the device's files below its root. Nothing here knows an order or a policy.
 */
@NullMarked
package io.kubemdm.agent.store;

import org.jspecify.annotations.NullMarked;
