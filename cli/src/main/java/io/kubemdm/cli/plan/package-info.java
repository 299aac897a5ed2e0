/**
 * Showing people what a rollout would do before anything is applied. It is the operator that foretells.
 */
@NullMarked
package io.kubemdm.cli.plan;

import org.jspecify.annotations.NullMarked;
