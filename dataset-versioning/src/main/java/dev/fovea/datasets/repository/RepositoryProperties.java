package dev.fovea.datasets.repository;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Where the teams' Git repositories lie and what a push may bring.
 *
 * @param repositories the folder; no default
 * @param maxPush the largest pack of one push
 * @param maxFile the largest file of a repository; data sets go through DVC
 */
@ConfigurationProperties("fovea.datasets")
public record RepositoryProperties(
    Path repositories,
    @DefaultValue("64MB") DataSize maxPush,
    @DefaultValue("16MB") DataSize maxFile) {
  public RepositoryProperties {
    if (repositories == null) {
      throw new IllegalArgumentException(
          "fovea.datasets.repositories is not set (expected: a folder for Git repositories)");
    }
  }
}
