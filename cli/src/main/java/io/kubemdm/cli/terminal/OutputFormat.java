package io.kubemdm.cli.terminal;

/** How a command prints its result. */
public enum OutputFormat {
    table,
    wide,
    json,
    yaml,
    name
}
