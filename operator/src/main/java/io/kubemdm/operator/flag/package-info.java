/**
 * Feature flags by OpenFeature: what a flag says of a device, from definitions in the cluster or from a remote service.
 * No rollout is known here, and nothing is decided about one: an answer that is not clearly on or off is told with the reason.
 */
@NullMarked
package io.kubemdm.operator.flag;

import org.jspecify.annotations.NullMarked;
