/**
 * The program on the device: command line, configuration, and the one place where the parts are put together. Every rule lives in the packages below.
 */
@NullMarked
package io.kubemdm.agent;

import org.jspecify.annotations.NullMarked;
