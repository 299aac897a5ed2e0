/**
 * The chart on a Kubernetes that is not ours, a K3s in a container. Only profile {@code k3s} compiles and runs what is here.
 */
@NullMarked
package io.kubemdm.testbed.k3s;

import org.jspecify.annotations.NullMarked;
