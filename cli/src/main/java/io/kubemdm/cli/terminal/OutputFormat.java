package io.kubemdm.cli.terminal;

/** How a command prints its result. */
public enum OutputFormat {
    table,
    json,
    yaml
}
