/**
 * A whole KubeMDM region on one machine, from real parts, and where this checkout of the project lies.
 * Nothing here may stand in for a part: what the testbed runs is what production runs.
 */
@NullMarked
package io.kubemdm.testbed;

import org.jspecify.annotations.NullMarked;
