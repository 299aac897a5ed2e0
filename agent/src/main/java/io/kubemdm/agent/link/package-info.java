/**
 * The one connection to a gateway: back-off, hello, frames, outbox. What a message means is not decided here.
 */
@NullMarked
package io.kubemdm.agent.link;

import org.jspecify.annotations.NullMarked;
