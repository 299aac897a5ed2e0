/**
 * What every kind of the API shares: group and version, conditions, references, selectors and the textual formats.
 * No client, no I/O and no decision about a device may live here.
 */
@NullMarked
package io.kubemdm.crds;

import org.jspecify.annotations.NullMarked;
