/**
 * What the annotations of the API types cannot say about the generated schema; runs at build time only.
 * Nothing that a running service needs may live here.
 */
@NullMarked
package io.kubemdm.crds.schema;

import org.jspecify.annotations.NullMarked;
