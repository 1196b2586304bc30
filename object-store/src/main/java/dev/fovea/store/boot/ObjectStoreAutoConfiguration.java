package dev.fovea.store.boot;

import dev.fovea.store.ConfiguredStore;
import dev.fovea.store.ObjectStore;
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
    return ConfiguredStore.open(properties);
  }
}
