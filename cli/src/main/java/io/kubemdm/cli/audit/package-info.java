/**
 * The audit log for people: read from the operator's query API or an exported file, exported, verified. What makes a log
 * whole is said in {@code protocol}; nothing here judges a record.
 */
@NullMarked
package io.kubemdm.cli.audit;

import org.jspecify.annotations.NullMarked;
