package io.kubemdm.operator.engine;

/**
 * Whether the engine judges.
 *
 * @param reason what it waits for, {@code judging} otherwise
 */
public record EngineStatus(boolean judging, String reason) {

    static EngineStatus waiting(String reason) {
        return new EngineStatus(false, reason);
    }

    static final EngineStatus JUDGING = new EngineStatus(true, "judging");
}
