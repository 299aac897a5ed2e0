/**
 * What the operator's HTTPS servers have in common: TLS, limits, a certificate that is renewed while they run, workers.
 * What is asked and answered is theirs; no route, no caller and no decision may live here.
 */
@NullMarked
package io.kubemdm.operator.https;

import org.jspecify.annotations.NullMarked;
