package io.kubemdm.testbed.history;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.kubemdm.crds.wiperequest.WipePhase;
import io.kubemdm.crds.wiperequest.WipeType;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One line of a history. Lines about one request from one observer stand in the order in which they happened; those of
 * different observers (the API server's client, the device's side file) may stand in any.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Line.Created.class, name = "created"),
    @JsonSubTypes.Type(value = Line.Approved.class, name = "approved"),
    @JsonSubTypes.Type(value = Line.Seen.class, name = "seen"),
    @JsonSubTypes.Type(value = Line.Began.class, name = "began"),
    @JsonSubTypes.Type(value = Line.Finished.class, name = "finished"),
    @JsonSubTypes.Type(value = Line.HandedIn.class, name = "handedIn"),
    @JsonSubTypes.Type(value = Line.Killed.class, name = "killed"),
    @JsonSubTypes.Type(value = Line.Died.class, name = "died"),
    @JsonSubTypes.Type(value = Line.End.class, name = "end")
})
public sealed interface Line {

    /**
     * The API server has the request.
     *
     * @param command the id its command will have
     * @param approvals how many people have to approve it
     */
    record Created(String command, String name, String device, WipeType type, int approvals) implements Line {
        public Created {
            Objects.requireNonNull(command, "command");
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(device, "device");
            Objects.requireNonNull(type, "type");
            if (approvals < 0) {
                throw new IllegalArgumentException("approvals is negative: " + approvals);
            }
        }
    }

    /** The API server has a person's approval. */
    record Approved(String command, String by) implements Line {
        public Approved {
            Objects.requireNonNull(command, "command");
            Objects.requireNonNull(by, "by");
        }
    }

    /**
     * What the request's status said.
     *
     * @param receipt digest of the verified receipt it shows, null when it shows none
     */
    record Seen(String command, WipePhase phase, @Nullable String receipt) implements Line {
        public Seen {
            Objects.requireNonNull(command, "command");
            Objects.requireNonNull(phase, "phase");
            if (phase == WipePhase.Unrecognised) {
                throw new IllegalArgumentException("phase is none that this version knows");
            }
        }
    }

    /**
     * A device began to do something that shows.
     *
     * @param act what, when a command does several things
     * @param process of its agent
     */
    record Began(String command, String act, long process) implements Line {
        public Began {
            Objects.requireNonNull(command, "command");
            Objects.requireNonNull(act, "act");
        }
    }

    /** It was done. */
    record Finished(String command, String act, long process) implements Line {
        public Finished {
            Objects.requireNonNull(command, "command");
            Objects.requireNonNull(act, "act");
        }
    }

    /**
     * A device handed a receipt in; it does so again until it is acknowledged.
     *
     * @param receipt digest of what it signed
     * @param completed whether the receipt claims that everything was done
     */
    record HandedIn(String command, String receipt, boolean completed) implements Line {
        public HandedIn {
            Objects.requireNonNull(command, "command");
            Objects.requireNonNull(receipt, "receipt");
        }
    }

    /** A process was killed. */
    record Killed(String part, long process) implements Line {
        public Killed {
            Objects.requireNonNull(part, "part");
        }
    }

    /** A device that will never come back: nothing is expected of it any more. */
    record Died(String device) implements Line {
        public Died {
            Objects.requireNonNull(device, "device");
        }
    }

    /** Everything was waited for. A history without it was cut off and proves nothing. */
    record End() implements Line {}
}
