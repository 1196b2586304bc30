package dev.fovea.store.boot;

import dev.fovea.store.s3.S3Properties;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Where objects lie: in a folder or in a bucket.
 *
 * @param folder the folder; {@code ~/.fovea/objects} where neither is given
 * @param s3 the bucket
 */
@ConfigurationProperties("fovea.objects")
public record ObjectsProperties(@Nullable Path folder, @Nullable S3Properties s3) {
  public ObjectsProperties {
    if (folder != null && s3 != null) {
      throw new IllegalArgumentException(
          "fovea.objects: folder '%s' and a bucket '%s' (expected: one of them)"
              .formatted(folder, s3.bucket()));
    }
  }

  /** The folder, where no bucket is given. */
  public Path folderOrDefault() {
    return folder == null ? Path.of(System.getProperty("user.home"), ".fovea", "objects") : folder;
  }
}
