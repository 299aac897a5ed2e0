/**
 * Enrolment on real parts: API server, broker, the gateway's process in role enroll, foreign EST clients. What can be
 * decided without a process is tested in the gateway.
 */
@NullMarked
package io.kubemdm.testbed.enroll;

import org.jspecify.annotations.NullMarked;
