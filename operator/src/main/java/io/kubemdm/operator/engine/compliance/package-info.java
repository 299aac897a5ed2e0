/**
 * Judges a device's facts by the bundles it should have, and keeps the clock of grace periods and actions.
 * Nothing here reads or writes a topic but the {@link io.kubemdm.operator.engine.compliance.RuleBook}'s listener; what is decided becomes events elsewhere.
 */
@NullMarked
package io.kubemdm.operator.engine.compliance;

import org.jspecify.annotations.NullMarked;
