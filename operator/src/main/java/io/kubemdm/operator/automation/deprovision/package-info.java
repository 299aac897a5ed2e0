/**
 * From a trigger (a user who left, a lost device) to one WipeRequest per device: recorded, told to the engine, created.
 * Who may pull a trigger is decided elsewhere, and nothing here knows HTTP, SCIM or signatures.
 */
@NullMarked
package io.kubemdm.operator.automation.deprovision;

import org.jspecify.annotations.NullMarked;
