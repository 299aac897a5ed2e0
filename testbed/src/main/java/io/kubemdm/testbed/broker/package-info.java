/**
 * A real Kafka broker as a child process: KRaft, SCRAM, StandardAuthorizer, the topics and access rules of
 * {@code bus}. Decides no rule of its own: what the table in {@code bus} does not grant is refused.
 */
@NullMarked
package io.kubemdm.testbed.broker;

import org.jspecify.annotations.NullMarked;
