/**
 * Checking signed documents without a cluster. What makes one good is said in {@code protocol}; nothing here decides it.
 */
@NullMarked
package io.kubemdm.cli.verify;

import org.jspecify.annotations.NullMarked;
