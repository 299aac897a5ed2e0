/**
 * What the API server holds, one copy per kind, and the bells that make a reconciler look again.
 * Nothing is decided or written here.
 */
@NullMarked
package io.kubemdm.operator.watch;

import org.jspecify.annotations.NullMarked;
