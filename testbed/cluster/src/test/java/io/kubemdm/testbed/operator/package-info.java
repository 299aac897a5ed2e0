/**
 * The operator's role {@code control} against a real API server and a real broker; the engine is played by the tests.
 * What needs no real part is tested in the operator's own module.
 */
@NullMarked
package io.kubemdm.testbed.operator;

import org.jspecify.annotations.NullMarked;
