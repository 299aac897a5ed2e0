/**
 * The chart as Helm renders it and as the API server takes it: definitions first, then the rest. Knows no value of the
 * chart.
 */
@NullMarked
package io.kubemdm.testbed.chart;

import org.jspecify.annotations.NullMarked;
