/**
 * What a bundle and a rollout that nobody has applied would do, by the code that decides it when they are applied.
 * Everything is read for one answer and forgotten with it; nothing is decided for good, written or ordered here.
 */
@NullMarked
package io.kubemdm.operator.plan;

import org.jspecify.annotations.NullMarked;
