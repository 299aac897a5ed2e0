/**
 * A device's or a wipe's story for people, from its events and from what people did in the cluster. Tells and judges
 * nothing; whether the log can be believed is {@code audit}'s.
 */
@NullMarked
package io.kubemdm.cli.timeline;

import org.jspecify.annotations.NullMarked;
