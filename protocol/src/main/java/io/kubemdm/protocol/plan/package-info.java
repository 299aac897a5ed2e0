/**
 * What a rollout would do, as the operator foretells it to people. No decision is made here, and nothing is read.
 */
@NullMarked
package io.kubemdm.protocol.plan;

import org.jspecify.annotations.NullMarked;
