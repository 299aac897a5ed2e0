/**
 * A region on this machine behind {@code make up}, {@code down}, {@code status}, {@code logs} and {@code env}: what it
 * is made of, who watches it, how it ends. What a part is stays in the package of the part.
 */
@NullMarked
package io.kubemdm.testbed.region;

import org.jspecify.annotations.NullMarked;
