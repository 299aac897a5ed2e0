/**
 * Validating, signing and publishing one PolicyBundle.
 * Who gets it is decided elsewhere.
 */
@NullMarked
package io.kubemdm.operator.policybundle;

import org.jspecify.annotations.NullMarked;
