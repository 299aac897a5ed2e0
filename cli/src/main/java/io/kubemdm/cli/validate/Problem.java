package io.kubemdm.cli.validate;

/**
 * One thing that is wrong.
 *
 * @param field its path, such as {@code spec.rules[0].expression}; empty when no field is meant
 * @param line of the file, from 1; 0 when unknown
 * @param message what is wrong with it and the remedy
 */
record Problem(String field, int line, String message) {}
