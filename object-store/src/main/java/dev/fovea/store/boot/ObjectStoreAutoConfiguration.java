package dev.fovea.store.boot;

import dev.fovea.store.ObjectStore;
import dev.fovea.store.filesystem.FilesystemObjectStore;
import dev.fovea.store.s3.S3ObjectStore;
import java.io.IOException;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** Puts the object store into the application. */
@AutoConfiguration
@EnableConfigurationProperties(ObjectsProperties.class)
public class ObjectStoreAutoConfiguration {
  @Bean
  @ConditionalOnMissingBean
  ObjectStore objectStore(ObjectsProperties properties) throws IOException {
    return open(properties);
  }

  /** The store that the settings name. */
  public static ObjectStore open(ObjectsProperties properties) throws IOException {
    var bucket = properties.s3();
    return bucket == null
        ? new FilesystemObjectStore(properties.folderOrDefault())
        : new S3ObjectStore(bucket);
  }
}
