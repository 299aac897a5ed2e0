/**
 * Conditions and the one writer of every status but the Device's.
 * What a status says is decided in the kind's own package.
 */
@NullMarked
package io.kubemdm.operator.status;

import org.jspecify.annotations.NullMarked;
