package dev.fovea.registry.artifacts;

/**
 * A part as the client knows it.
 *
 * @param number from 1 on
 * @param tag the {@code ETag} that its PUT was answered with, without quotation marks
 */
public record SentPart(long number, String tag) {}
