/**
 * Enrolment over EST: tokens, certification requests, issuing, and the ledger's only writer. It is the one place with the
 * issuing key; sessions, orders and Device objects may not be touched here.
 */
@NullMarked
package io.kubemdm.gateway.enroll;

import org.jspecify.annotations.NullMarked;
