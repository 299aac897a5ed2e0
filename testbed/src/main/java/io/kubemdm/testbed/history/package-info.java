/**
 * What happened to wipe requests, as one JSON object per line, and the judgement of it: what was lost, carried out twice
 * or called completed falsely. Nothing here looks at a running region.
 */
@NullMarked
package io.kubemdm.testbed.history;

import org.jspecify.annotations.NullMarked;
