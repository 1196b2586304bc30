package dev.fovea.security;

import dev.fovea.server.ServerOptions;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who may call.
 *
 * @param mode token, or none on loopback alone
 * @param adminTokenFile a file whose first line is the administrator's token (32 characters or
 *     more); what makes it safe to listen beyond loopback
 * @param metricsTokenFile a file whose first line is a token (32 characters or more) that reads
 *     {@code /actuator/prometheus} and {@code /api/v1/model-servers} and nothing else
 * @param publicUrl the address that people use, where it is not the one listened on
 * @param internalHosts further host names by which Fovea's own processes call this one, without
 *     port
 */
@ConfigurationProperties("fovea.auth")
record AuthProperties(
    @DefaultValue("TOKEN") ServerOptions.Auth mode,
    @Nullable Path adminTokenFile,
    @Nullable Path metricsTokenFile,
    @Nullable URI publicUrl,
    @DefaultValue Set<String> internalHosts) {
  /** A page as people's browsers reach it; empty where nobody has said the address. */
  Optional<URI> publicPage(String path) {
    return Optional.ofNullable(publicUrl)
        .map(url -> URI.create(url.toString().replaceAll("/+$", "") + path));
  }
}
