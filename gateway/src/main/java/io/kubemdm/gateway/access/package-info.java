/**
 * Short-lived tokens for devices that may have them: OAuth 2.0 client credentials over mutual TLS (RFC 6749 §4.4, RFC 8705,
 * RFC 8707). It reads what the engine has judged and refuses once nobody judges any more; no Kubernetes client may be used here.
 */
@NullMarked
package io.kubemdm.gateway.access;

import org.jspecify.annotations.NullMarked;
