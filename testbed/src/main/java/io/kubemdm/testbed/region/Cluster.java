package io.kubemdm.testbed.region;

import io.kubemdm.testbed.controlplane.Kubectl;
import java.nio.file.Path;

/**
 * A Kubernetes API that answers.
 *
 * @param server its address
 * @param certificate by which it is known, a PEM file
 * @param kubectl as its administrator
 * @param ours whether the region runs it, and so is also what a kubelet and its controllers would be
 */
record Cluster(String server, Path certificate, Kubectl kubectl, boolean ours) {}
