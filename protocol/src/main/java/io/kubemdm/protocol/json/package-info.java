/**
 * The one JSON mapper of the project, with its limits, and RFC 8785 canonical form. Nothing here knows a message.
 */
@NullMarked
package io.kubemdm.protocol.json;

import org.jspecify.annotations.NullMarked;
