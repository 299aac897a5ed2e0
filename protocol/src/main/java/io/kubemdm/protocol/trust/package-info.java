/**
 * Signing and verifying with ES256 and the certificates that say which key may sign what. Issuing certificates lives in the command line and in enroll.
 */
@NullMarked
package io.kubemdm.protocol.trust;

import org.jspecify.annotations.NullMarked;
