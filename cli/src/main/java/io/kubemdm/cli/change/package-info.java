/**
 * Deciding about a bundle or a rollout that somebody else has made. Whether it is enough is the operator's and the
 * devices' to count.
 */
@NullMarked
package io.kubemdm.cli.change;

import org.jspecify.annotations.NullMarked;
