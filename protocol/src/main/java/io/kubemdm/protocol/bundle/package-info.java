/**
 * The policy artefact: canonical content, digest, reference. Applying it is the agent's business.
 */
@NullMarked
package io.kubemdm.protocol.bundle;

import org.jspecify.annotations.NullMarked;
