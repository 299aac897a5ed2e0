package io.kubemdm.cli.timeline;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One thing that happened.
 *
 * @param what a short sentence
 * @param who a person's user name, or {@code device}, {@code operator}, {@code engine}, {@code gateway NAME}
 * @param sequence of the device's event; null for what people did in the cluster
 * @param command id of the command it is about, if any
 */
record Moment(
        Instant at,
        String what,
        String who,
        @Nullable Long sequence,
        @Nullable String command) {}
