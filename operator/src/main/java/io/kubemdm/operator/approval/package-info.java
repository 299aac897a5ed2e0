/**
 * Who has agreed to a change that needs a second person: a bundle with files or scripts, a rollout that begins wide.
 * What becomes of the change is its own reconciler's business.
 */
@NullMarked
package io.kubemdm.operator.approval;

import org.jspecify.annotations.NullMarked;
