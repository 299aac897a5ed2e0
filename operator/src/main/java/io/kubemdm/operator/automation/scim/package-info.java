/**
 * A SCIM 2.0 service provider (RFC 7643, 7644) over records of users and groups in {@code mdm.decisions}. Authentication and
 * HTTP are the caller's; nothing about devices is known here but that a user who is deactivated pulls a trigger.
 */
@NullMarked
package io.kubemdm.operator.automation.scim;

import org.jspecify.annotations.NullMarked;
