/**
 * Following a rollout and saying what a person has to say about it. Each command changes one field of its spec; the operator
 * decides what follows.
 */
@NullMarked
package io.kubemdm.cli.rollout;

import org.jspecify.annotations.NullMarked;
