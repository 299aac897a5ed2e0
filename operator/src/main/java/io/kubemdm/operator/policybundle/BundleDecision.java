package io.kubemdm.operator.policybundle;

import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether a bundle's artefact is to be published. A version of a line has one content for ever: the first that was
 * published keeps it, even when its object is gone, since devices may hold it.
 *
 * @param action what to do
 * @param reason CamelCase constant for the Ready condition
 * @param message a sentence
 * @param conflict whether it is the other content of the same version that stands in the way
 */
record BundleDecision(Action action, String reason, String message, boolean conflict) {

    /** What to do. */
    enum Action {
        /** Sign and publish. */
        PUBLISH,
        /** The content is published already, for another object of this name: remember the new one. */
        ADOPT,
        /** All is done. */
        KEEP,
        /** It waits for other people. */
        AWAIT,
        /** It must not be published. */
        REFUSE
    }

    /** Content already on record in the namespace, under the name of its object. */
    record OnRecord(String name, String uid, String policy, String version, String digest) {}

    /**
     * What there is to decide on.
     *
     * @param digest of the content, null when there is none
     * @param problem why there is none: reason and message
     * @param unjudgeable why its rules cannot be used, asked only before it is published; null when they can
     * @param unapproved why it is not approved, asked only before it is published; null when it is
     */
    record Input(
            String name,
            String uid,
            String policy,
            String version,
            @Nullable String digest,
            @Nullable Problem problem,
            List<OnRecord> published,
            Supplier<@Nullable Problem> unjudgeable,
            Supplier<@Nullable Problem> unapproved) {}

    /** Why a spec has no artefact. */
    record Problem(String reason, String message) {}

    static BundleDecision decide(Input in) {
        if (in.problem() != null) {
            return new BundleDecision(
                    Action.REFUSE, in.problem().reason(), in.problem().message(), false);
        }
        for (OnRecord other : in.published()) {
            if (other.policy().equals(in.policy())
                    && other.version().equals(in.version())
                    && !other.digest().equals(in.digest())) {
                return new BundleDecision(
                        Action.REFUSE,
                        "Conflicted",
                        in.policy() + " " + in.version() + " was published by PolicyBundle " + other.name()
                                + " with other content: choose a higher spec.version",
                        true);
            }
        }
        for (OnRecord own : in.published()) {
            if (own.name().equals(in.name()) && own.digest().equals(in.digest())) {
                return own.uid().equals(in.uid()) ? ready(Action.KEEP) : ready(Action.ADOPT);
            }
        }
        Problem unjudgeable = in.unjudgeable().get();
        if (unjudgeable != null) {
            return new BundleDecision(Action.REFUSE, unjudgeable.reason(), unjudgeable.message(), false);
        }
        Problem unapproved = in.unapproved().get();
        return unapproved == null
                ? ready(Action.PUBLISH)
                : new BundleDecision(Action.AWAIT, unapproved.reason(), unapproved.message(), false);
    }

    private static BundleDecision ready(Action action) {
        return new BundleDecision(action, "Valid", "The content is valid, signed and published.", false);
    }
}
