/**
 * States of devices in from Kafka: into the fleet index, and a bell for whoever waits.
 * Nothing is written or decided here.
 */
@NullMarked
package io.kubemdm.operator.intake;

import org.jspecify.annotations.NullMarked;
