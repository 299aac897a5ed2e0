/**
 * Asking for a wipe, following it, and deciding about one. Whether it may happen is the operator's to decide; nothing here
 * counts an approval.
 */
@NullMarked
package io.kubemdm.cli.wipe;

import org.jspecify.annotations.NullMarked;
