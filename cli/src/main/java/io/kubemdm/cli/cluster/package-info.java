/**
 * How commands reach the Kubernetes API: kubeconfig, context, namespace. No command's work and no output lives here.
 */
@NullMarked
package io.kubemdm.cli.cluster;

import org.jspecify.annotations.NullMarked;
