package io.kubemdm.operator;

import io.kubemdm.operator.wiperequest.WipeSettings;
import io.kubemdm.protocol.order.WipeBudget;
import io.smallrye.config.WithDefault;
import java.util.function.Supplier;

/** Floors and budgets of wipes: a request can demand more approvals than these, never fewer, and raises no budget. */
public interface WipeConfig {

    /** People other than the requester who have to agree. */
    Approvals approvals();

    /** Most commands per namespace in sliding windows; what is over is held and goes out in order of creation. */
    Budgets budgets();

    /** Whether {@code lifecycle: Lost}, which locks, asks for a wipe, too. */
    Lost lost();

    /** By whose device it is. */
    interface Lost {

        /** For a {@code FullWipe} of a company's device. */
        @WithDefault("false")
        boolean corporate();

        /** For a {@code SelectiveWipe} of a person's own. */
        @WithDefault("false")
        boolean personal();
    }

    /**
     * The same as the reconcilers take it.
     *
     * @throws IllegalArgumentException when a value is out of range; it names the key
     */
    default WipeSettings settings() {
        return new WipeSettings(
                named("approvals.corporate", () -> approvals().corporate().floors()),
                named("approvals.personal", () -> approvals().personal().floors()),
                named("budgets.destructive", () -> budgets().destructive().limits()),
                named("budgets.lock", () -> budgets().lock().limits()));
    }

    private static <T> T named(String key, Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("kubemdm.wipes." + key + "." + e.getMessage(), e);
        }
    }

    /** By whose device it is. */
    interface Approvals {

        /** A company's. */
        Floors corporate();

        /** A person's own; {@code full-wipe} and {@code crypto-erase} are refused there whoever agrees. */
        Floors personal();
    }

    /** Approvals by type, each 0 to 10. */
    interface Floors {

        /** For {@code Lock}. */
        @WithDefault("0")
        int lock();

        /** For {@code Unlock}. */
        @WithDefault("0")
        int unlock();

        /** For {@code Retire}. */
        @WithDefault("0")
        int retire();

        /** For {@code SelectiveWipe}. */
        @WithDefault("0")
        int selectiveWipe();

        /** For {@code FullWipe}. */
        @WithDefault("2")
        int fullWipe();

        /** For {@code CryptoErase}. */
        @WithDefault("2")
        int cryptoErase();

        /** The same, checked. */
        default WipeSettings.Floors floors() {
            return new WipeSettings.Floors(lock(), unlock(), retire(), selectiveWipe(), fullWipe(), cryptoErase());
        }
    }

    /** What is counted together. {@code Unlock} has no budget. */
    interface Budgets {

        /** Retire, SelectiveWipe, FullWipe and CryptoErase. */
        DestructiveBudget destructive();

        /** Lock. */
        LockBudget lock();
    }

    /** For what cannot be undone. */
    interface DestructiveBudget {

        /** At least so many in 24 hours, whatever the share; 1 or more. */
        @WithDefault("3")
        int atLeast();

        /** Share of the namespace's enrolled devices in 24 hours, 0 to 100. */
        @WithDefault("1")
        int percent();

        /** At most so many in an hour; 1 or more. */
        @WithDefault("10")
        int perHour();

        /** The same, checked. */
        default WipeBudget.Limits limits() {
            return new WipeBudget.Limits(atLeast(), percent(), perHour());
        }
    }

    /** For what can be undone. */
    interface LockBudget {

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
