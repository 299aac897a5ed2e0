/**
 * The command line's entry: the command tree, its exit codes and how failures are told. No command's own work lives here.
 */
@NullMarked
package io.kubemdm.cli;

import org.jspecify.annotations.NullMarked;
