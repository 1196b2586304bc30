package dev.fovea.store;

import dev.fovea.store.boot.ObjectStoreAutoConfiguration;
import dev.fovea.store.boot.ObjectsProperties;
import java.io.IOException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.StandardEnvironment;

/** Opens the object store for a program that is no application. */
public final class ObjectStores {
  private ObjectStores() {}

  /**
   * The one that the environment's {@code FOVEA_OBJECTS_…} name, as they do for a server.
   *
   * @throws IOException when the folder cannot be used
   */
  public static ObjectStore ofEnvironment() throws IOException {
    return of(new StandardEnvironment());
  }

  static ObjectStore of(ConfigurableEnvironment environment) throws IOException {
    var properties =
        Binder.get(environment)
            .bind("fovea.objects", ObjectsProperties.class)
            .orElseGet(() -> new ObjectsProperties(null, null));
    return ObjectStoreAutoConfiguration.open(properties);
  }
}
