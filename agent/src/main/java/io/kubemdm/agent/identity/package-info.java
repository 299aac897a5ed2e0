/**
 * The device's key, certificate and what it trusts: enrolment, renewal, TLS. No order is judged here.
 */
@NullMarked
package io.kubemdm.agent.identity;

import org.jspecify.annotations.NullMarked;
