/**
 * How a server of ours knows the device that connects: mutual TLS 1.3 without resumption, and the issuance ledger. Roles
 * that serve enrolled devices share it.
 */
@NullMarked
package io.kubemdm.gateway.peer;

import org.jspecify.annotations.NullMarked;
