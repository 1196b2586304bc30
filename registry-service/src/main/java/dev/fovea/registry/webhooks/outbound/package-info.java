/** Sends to an address that a user or an administrator gave, which may be meant to harm. */
@NamedInterface("outbound")
@NullMarked
package dev.fovea.registry.webhooks.outbound;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
