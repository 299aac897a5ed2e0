/**
 * Checking manifests without a cluster, by the schemas that an API server gets and by the compiler of rules. What only a
 * cluster knows (what an object was before, admission policies, what is referred to) is not checked here.
 */
@NullMarked
package io.kubemdm.cli.validate;

import org.jspecify.annotations.NullMarked;
