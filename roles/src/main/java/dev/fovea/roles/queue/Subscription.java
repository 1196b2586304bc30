package dev.fovea.roles.queue;

import dev.fovea.roles.ServiceRole;

/**
 * A role wants to hear of an event. A bean in every process, also where the role doesn't run, so
 * that a publisher knows its subscribers without depending on them.
 *
 * @param event the event's own class, a record
 */
public record Subscription(ServiceRole role, Class<?> event) {}
