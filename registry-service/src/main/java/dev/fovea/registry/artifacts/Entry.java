package dev.fovea.registry.artifacts;

import dev.fovea.kernel.Digest;
import java.util.Optional;

/**
 * A line of a folder's listing.
 *
 * @param name the last segment
 * @param bytes the file's size; 0 for a folder
 * @param digest the file's; empty for a folder
 */
public record Entry(String name, boolean isFolder, long bytes, Optional<Digest> digest) {}
