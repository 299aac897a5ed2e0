/**
 * The read API of the audit log and of plans for people: who asks is for the API server to say, what is answered is read for it.
 * Nothing is decided, written or remembered here, and no reconciler is known.
 */
@NullMarked
package io.kubemdm.operator.query;

import org.jspecify.annotations.NullMarked;
