/**
 * A service's durable queue: its background work, and its events on their way to the handlers of
 * other roles.
 */
@NamedInterface("queue")
@NullMarked
package dev.fovea.roles.queue;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
