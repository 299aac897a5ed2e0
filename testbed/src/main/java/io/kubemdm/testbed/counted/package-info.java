/**
 * Devices with an agent process of their own that write down what they do where a kill -9 does not reach it. The agent is
 * the real one, on disk; only what it does to the device is a note in a file.
 */
@NullMarked
package io.kubemdm.testbed.counted;

import org.jspecify.annotations.NullMarked;
