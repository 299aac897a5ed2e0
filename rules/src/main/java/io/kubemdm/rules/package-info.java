/**
 * What a bundle demands, compiled once and judged against the facts of one device: a pure function without clock, client
 * or memory. What follows from a judgement is decided elsewhere.
 */
@NullMarked
package io.kubemdm.rules;

import org.jspecify.annotations.NullMarked;
