package io.kubemdm.testbed.region;

import io.kubemdm.testbed.controlplane.Kubectl;
import java.nio.file.Path;

/**
 * A Kubernetes API that answers.
 *
 * @param server its address
 * @param certificate by which it is known, a PEM file
 * @param kubectl as its administrator
 */
record Cluster(String server, Path certificate, Kubectl kubectl) {}
