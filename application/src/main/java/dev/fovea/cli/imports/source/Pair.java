package dev.fovea.cli.imports.source;

/** A parameter or a tag. */
public record Pair(String key, String value) {}
