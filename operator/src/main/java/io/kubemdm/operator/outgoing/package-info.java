/**
 * What the operator's own HTTP clients have in common: answers bounded in length and time, bearer tokens, foreign text made
 * fit for a status. Whom they ask and what they make of it is theirs; no address and no decision may live here.
 */
@NullMarked
package io.kubemdm.operator.outgoing;

import org.jspecify.annotations.NullMarked;
