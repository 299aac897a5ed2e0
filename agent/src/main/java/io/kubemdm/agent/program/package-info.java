/**
 * The machine's own programs: where they are and how they are run. What is asked of them is not known here.
 */
@NullMarked
package io.kubemdm.agent.program;

import org.jspecify.annotations.NullMarked;
