/**
 * The benchmarks behind {@code make bench NAME=…}: each starts and stops a region of its own and prints figures. Nothing
 * here asserts; a figure is judged by people against {@code docs/benchmarks.md}.
 */
@NullMarked
package io.kubemdm.testbed.bench;

import org.jspecify.annotations.NullMarked;
