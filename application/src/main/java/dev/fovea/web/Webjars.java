package dev.fovea.web;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * Versions of the browser libraries in this build, so that a page never names one that is not
 * there.
 */
public final class Webjars {
  private Webjars() {}

  /** The version of this webjar. */
  public static String version(String group, String artifact) {
    var path = "/META-INF/maven/%s/%s/pom.properties".formatted(group, artifact);
    try (var in = Webjars.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalStateException(path + " is missing: the webjar is not in this build");
      }
      var properties = new Properties();
      properties.load(in);
      return properties.getProperty("version");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
