/**
 * The process itself: configuration, roles, start, stop and readiness.
 * No decision and no reconciler may live here.
 */
@NullMarked
package io.kubemdm.operator;

import org.jspecify.annotations.NullMarked;
