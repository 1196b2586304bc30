package dev.fovea.rollouts.controller;

import java.nio.file.Path;
import java.time.Duration;
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
   */
  public record Packaging(@Nullable Path folder, @DefaultValue("scratch") String base) {
    /** The folder. */
    public Path folderOrDefault() {
      return folder == null ? Path.of(System.getProperty("user.home"), ".fovea", "images") : folder;
    }
  }
}
