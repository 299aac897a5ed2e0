/**
 * A rendered Deployment in, a process out: arguments, environment, files, ports and probes as a kubelet would give
 * them. Pure but for writing the files; starts nothing and knows no service of ours by name, apart from which image is
 * which jar.
 */
@NullMarked
package io.kubemdm.testbed.pod;

import org.jspecify.annotations.NullMarked;
