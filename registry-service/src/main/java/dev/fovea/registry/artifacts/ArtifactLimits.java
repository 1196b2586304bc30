package dev.fovea.registry.artifacts;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How large things may be that clients send to the registry.
 *
 * @param maxArtifact one file
 */
@ConfigurationProperties("fovea.registry")
public record ArtifactLimits(@DefaultValue("20GB") DataSize maxArtifact) {}
