/**
 * The kind {@link io.kubemdm.crds.wiperequest.WipeRequest}: its spec, status and values, from which the CRD is generated.
 * No client, no I/O, no decision, and nothing of another kind may live here.
 */
@NullMarked
package io.kubemdm.crds.wiperequest;

import org.jspecify.annotations.NullMarked;
