/**
 * The door for HR and directory systems: SCIM and signed webhooks over HTTPS, served by the leader. It authenticates, limits
 * and hands in triggers; what follows from one is decided in {@code deprovision}, and nothing is approved here.
 */
@NullMarked
package io.kubemdm.operator.automation;

import org.jspecify.annotations.NullMarked;
