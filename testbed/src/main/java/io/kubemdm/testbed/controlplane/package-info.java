/**
 * A real Kubernetes control plane as child processes: where its binaries come from, how it is set up, and the handle
 * that tests hold. Knows no resource of ours.
 */
@NullMarked
package io.kubemdm.testbed.controlplane;

import org.jspecify.annotations.NullMarked;
