package io.kubemdm.operator.compliance;

import java.time.Instant;

/**
 * A notification that was decided and is not delivered yet; it stands on {@code mdm.decisions} until it is, or is set aside.
 *
 * @param device name of the Device
 * @param uid of the Device, empty when not known
 * @param at when it was decided
 * @param note a sentence for people
 * @param event the CloudEvent in its JSON format
 */
public record NoticeDecision(String device, String uid, Instant at, String note, String event) {}
