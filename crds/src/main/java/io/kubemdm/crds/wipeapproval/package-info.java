/**
 * The kind {@link io.kubemdm.crds.wipeapproval.WipeApproval}: its spec, status and values, from which the CRD is generated.
 * No client, no I/O, no decision, and nothing of another kind may live here.
 */
@NullMarked
package io.kubemdm.crds.wipeapproval;

import org.jspecify.annotations.NullMarked;
