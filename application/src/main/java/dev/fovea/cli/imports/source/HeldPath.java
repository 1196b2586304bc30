package dev.fovea.cli.imports.source;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/**
 * The path under which Fovea holds a file. A name that is percent-encoded, as MLflow writes those
 * of images, is decoded once, which is what MLflow's own client makes of it on its way to a server;
 * what no address can hold becomes an underscore.
 */
public final class HeldPath {
  private HeldPath() {}

  /** The same path where it can be kept. */
  public static String of(String path) {
    var decoded = path.indexOf('%') < 0 ? path : decoded(path);
    return decoded.replaceAll("[%;]", "_");
  }

  private static String decoded(String path) {
    try {
      var once = URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
      boolean stays =
          FilePath.fault(once).isEmpty()
              && once.indexOf('\uFFFD') < 0
              && once.split("/", -1).length == path.split("/", -1).length;
      return stays ? once : path;
    } catch (IllegalArgumentException _) {
      // A lone percent sign stands for itself.
      return path;
    }
  }
}
