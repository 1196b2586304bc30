package dev.fovea.store;

import dev.fovea.store.boot.ObjectsProperties;
import dev.fovea.store.filesystem.FilesystemObjectStore;
import dev.fovea.store.s3.S3ObjectStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

/** The store that {@code fovea.objects.*} names, for a program without an application around it. */
public final class ConfiguredStore {
  private ConfiguredStore() {}

  /**
   * Opens it.
   *
   * @param settings {@code key=value} each; they go before the environment's variables
   */
  public static ObjectStore open(List<String> settings) throws IOException {
    Map<String, Object> given = new HashMap<>();
    for (var setting : settings) {
      var pair = setting.split("=", 2);
      given.put(pair[0], pair.length == 2 ? pair[1] : "");
    }
    var environment = new StandardEnvironment();
    environment.setConversionService(new ApplicationConversionService());
    environment.getPropertySources().addFirst(new MapPropertySource("settings", given));
    ConfigurationPropertySources.attach(environment);
    return open(Binder.get(environment).bindOrCreate("fovea.objects", ObjectsProperties.class));
  }

  /** Opens one in a folder, which is made where it is not there. */
  public static ObjectStore inFolder(Path folder) throws IOException {
    return new FilesystemObjectStore(folder);
  }

  /** Opens what the application's configuration says. */
  public static ObjectStore open(ObjectsProperties properties) throws IOException {
    var bucket = properties.s3();
    return bucket == null
        ? new FilesystemObjectStore(properties.folderOrDefault())
        : new S3ObjectStore(bucket);
  }
}
