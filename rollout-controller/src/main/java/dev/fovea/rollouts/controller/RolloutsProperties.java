package dev.fovea.rollouts.controller;

import dev.fovea.rollouts.packaging.RegistrySettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How rollouts work.
 *
 * @param tick how often the traffic is looked at
 * @param slowTolerance a difference in latency between the arms that never matters
 * @param patience how long a model server may take for what is under way when it is stopped
 * @param packaging how container images are made
 */
@ConfigurationProperties("fovea.rollouts")
public record RolloutsProperties(
    @DefaultValue("1s") Duration tick,
    @DefaultValue("2ms") Duration slowTolerance,
    @DefaultValue("30s") Duration patience,
    @DefaultValue Packaging packaging) {
  /**
   * How container images are made.
   *
   * @param folder the OCI layout; {@code ~/.fovea/images} where it isn't given
   * @param base what images are built on: {@code scratch}, which has no Java runtime; {@code
   *     tar://} and the path of a {@code docker save} archive; or a registry reference
   * @param registry the registry that images are pushed to and what every repository's name begins
   *     with there, such as {@code registry.example.org/vision}; where it isn't given, they stay in
   *     the folder
   * @param insecureHosts the registries' hosts, with their ports, that are spoken to without TLS
   * @param credentialsFile a file as {@code docker login} writes it, read anew for each push
   * @param patience for one request to a registry; a blob gets it for every 10 MB
   */
  public record Packaging(
      @Nullable Path folder,
      @DefaultValue("scratch") String base,
      @Nullable String registry,
      @DefaultValue List<String> insecureHosts,
      @Nullable Path credentialsFile,
      @DefaultValue("30s") Duration patience) {
    /** The registry, refused here already where it is none. */
    public Optional<RegistrySettings> registrySettings() {
      return registry == null || registry.isBlank()
          ? Optional.empty()
          : Optional.of(
              RegistrySettings.of(
                  registry, insecureHosts, Optional.ofNullable(credentialsFile), patience));
    }

    /** The folder. */
    public Path folderOrDefault() {
      return folder == null ? Path.of(System.getProperty("user.home"), ".fovea", "images") : folder;
    }
  }
}
