/**
 * The keys and certificates of an installation: made, written to a folder, printed as manifests. No cluster is asked and no other module's key is used here.
 */
@NullMarked
package io.kubemdm.cli.pki;

import org.jspecify.annotations.NullMarked;
