/**
 * The kind {@link io.kubemdm.crds.changeapproval.ChangeApproval}: its spec, status and values, from which the CRD is
 * generated. No client, no I/O, no decision, and nothing of another kind may live here.
 */
@NullMarked
package io.kubemdm.crds.changeapproval;

import org.jspecify.annotations.NullMarked;
