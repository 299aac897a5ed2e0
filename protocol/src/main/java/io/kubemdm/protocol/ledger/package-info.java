/**
 * Who holds which certificate and who lost it, as signed records. Issuing lives in the gateway.
 */
@NullMarked
package io.kubemdm.protocol.ledger;

import org.jspecify.annotations.NullMarked;
