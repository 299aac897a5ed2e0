package io.kubemdm.protocol.fact;

/** What a measurement costs the device, cheapest first. */
public enum FactCost {
    /** A system call, or remembered since the agent started. */
    KERNEL("system call"),
    /** One or a few small files are read. */
    FILE("small files"),
    /** A program is run, or many files are read. */
    PROGRAM("a program");

    private final String text;

    FactCost(String text) {
        this.text = text;
    }

    /** In words. */
    public String text() {
        return text;
    }
}
