/**
 * Parts of a region that are killed or stopped while a fleet is at work. Of wipes it is a sample of the kill benchmark, all
 * sixty kills are {@code make bench NAME=kill}.
 */
@NullMarked
package io.kubemdm.testbed.kill;

import org.jspecify.annotations.NullMarked;
