/**
 * What a device demands beside the operator's signature before it erases itself or puts files in
 * place: a quorum of people's own keys, which
 * nobody can replace but that quorum. No network, no disk.
 */
@NullMarked
package io.kubemdm.protocol.approval;

import org.jspecify.annotations.NullMarked;
