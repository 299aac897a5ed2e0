/**
 * What every role of the gateway shares: its configuration, which roles run, readiness, dead letters. What a role does
 * lives in that role's package, and nothing here may depend on one.
 */
@NullMarked
package io.kubemdm.gateway;

import org.jspecify.annotations.NullMarked;
