/**
 * A sample of the kill benchmark, small enough for every test run. All sixty kills are {@code make bench NAME=kill}.
 */
@NullMarked
package io.kubemdm.testbed.kill;

import org.jspecify.annotations.NullMarked;
