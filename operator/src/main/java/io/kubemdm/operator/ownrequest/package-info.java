/**
 * WipeRequests that the operator itself creates, under names that follow from their cause. Whether there is a cause is
 * decided elsewhere, and nothing here approves, signs or cancels.
 */
@NullMarked
package io.kubemdm.operator.ownrequest;

import org.jspecify.annotations.NullMarked;
