/**
 * Signatures that people make with keys of their own. No private key passes through this program.
 */
@NullMarked
package io.kubemdm.cli.signing;

import org.jspecify.annotations.NullMarked;
