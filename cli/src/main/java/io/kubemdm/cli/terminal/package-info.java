/**
 * What a command prints: tables, JSON, YAML, colours on a terminal only. Knows nothing of clusters, keys or devices.
 */
@NullMarked
package io.kubemdm.cli.terminal;

import org.jspecify.annotations.NullMarked;
