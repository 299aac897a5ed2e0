/**
 * Thousands of simulated devices in one process, made of the agent's own classes with memory in place of disk and device. No second implementation of anything an agent does may live here.
 */
@NullMarked
package io.kubemdm.testbed.fleet;

import org.jspecify.annotations.NullMarked;
