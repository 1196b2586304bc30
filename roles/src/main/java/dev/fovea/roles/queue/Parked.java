package dev.fovea.roles.queue;

import java.time.Instant;

/**
 * Work that failed too often and now waits for a person.
 *
 * @param work its kind; {@code deliver} for an event that a subscriber can't handle
 * @param id its id
 * @param data what it was to work on, as JSON
 * @param tries how often it was tried
 * @param failure what the last try ended with
 * @param at when that was
 */
public record Parked(String work, String id, String data, int tries, String failure, Instant at) {}
