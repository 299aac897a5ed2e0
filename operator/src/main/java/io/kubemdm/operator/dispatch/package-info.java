/**
 * The one way out: signed orders, reports and decisions in one transaction, and what was written there before.
 * No decision may live here, only its record.
 */
@NullMarked
package io.kubemdm.operator.dispatch;

import org.jspecify.annotations.NullMarked;
