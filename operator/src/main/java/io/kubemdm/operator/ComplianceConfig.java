package io.kubemdm.operator;

import io.kubemdm.protocol.order.WipeBudget;
import io.smallrye.config.WithDefault;

/** What policies may do to devices by themselves. */
public interface ComplianceConfig {

    /** Most devices that policies confine, per namespace in sliding windows; what is over waits. */
    Budgets budgets();

    /**
     * The same, checked.
     *
     * @throws IllegalArgumentException when a value is out of range; it names the key
     */
    default WipeBudget.Limits quarantineLimits() {
        try {
            return budgets().quarantine().limits();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("kubemdm.compliance.budgets.quarantine." + e.getMessage(), e);
        }
    }

    /** By action. */
    interface Budgets {

        /** Quarantine by a policy; a person's, {@code spec.quarantine}, is neither held nor counted. */
        QuarantineBudget quarantine();
    }

    /** For what keeps devices off the network. */
    interface QuarantineBudget {

        /** At least so many in 24 hours, whatever the share; 1 or more. */
        @WithDefault("20")
        int atLeast();

        /** Share of the namespace's enrolled devices in 24 hours, 0 to 100. */
        @WithDefault("10")
        int percent();

        /** At most so many in an hour; 1 or more. */
        @WithDefault("100")
        int perHour();

        /** The same, checked. */
        default WipeBudget.Limits limits() {
            return new WipeBudget.Limits(atLeast(), percent(), perHour());
        }
    }
}
