package dev.fovea.registry.artifacts;

/**
 * A line of a folder's listing.
 *
 * @param name the last segment
 * @param bytes the file's size; 0 for a folder
 */
public record Entry(String name, boolean isFolder, long bytes) {}
