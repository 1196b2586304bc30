package dev.fovea.registry.models;

import dev.fovea.registry.protocol.KeyValue;
import java.util.List;
import java.util.Optional;

/**
 * A name under which versions are registered.
 *
 * @param latest the newest version in each stage that has one
 * @param aliases each alias with the number of the version that it points at
 */
public record RegisteredModel(
    String name,
    Optional<String> description,
    long createdMillis,
    long updatedMillis,
    List<Version> latest,
    List<KeyValue> tags,
    List<KeyValue> aliases) {}
