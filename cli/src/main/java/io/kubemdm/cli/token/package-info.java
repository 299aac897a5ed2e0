/**
 * Minting of enrolment tokens: the secret is made and printed here, only its hash goes to the cluster. Nothing here stores a secret.
 */
@NullMarked
package io.kubemdm.cli.token;

import org.jspecify.annotations.NullMarked;
