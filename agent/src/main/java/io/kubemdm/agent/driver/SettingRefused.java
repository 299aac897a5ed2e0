package io.kubemdm.agent.driver;

/** The device's own limits, or the setting itself, forbid it; nothing was touched. */
public final class SettingRefused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String reason;

    /**
     * A refusal.
     *
     * @param reason CamelCase constant, e.g. {@code PathNotAllowed}
     * @param message a sentence for people
     */
    public SettingRefused(String reason, String message) {
        super(message);
        this.reason = reason;
    }

    /** The constant that is reported. */
    public String reason() {
        return reason;
    }
}
