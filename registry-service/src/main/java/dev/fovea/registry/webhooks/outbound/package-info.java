/** Sends to an address that a user gave, which may be meant to harm. */
@NullMarked
package dev.fovea.registry.webhooks.outbound;

import org.jspecify.annotations.NullMarked;
