/**
 * A service behind access tokens. It knows nothing of KubeMDM but the address of its keys.
 */
@NullMarked
package io.kubemdm.samples.access;

import org.jspecify.annotations.NullMarked;
