/**
 * The bundles' rules, compiled for the engine.
 * The engine itself knows neither the API types nor the language rules are written in.
 */
@NullMarked
package io.kubemdm.operator.cel;

import org.jspecify.annotations.NullMarked;
