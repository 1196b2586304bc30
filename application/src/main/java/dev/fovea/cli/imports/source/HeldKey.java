package dev.fovea.cli.imports.source;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * The key under which Fovea holds a metric, a parameter or a tag: MLflow's characters, at most 250
 * of them. Another tracker's key is written in those, with a checksum of the original behind it, so
 * that two keys stay two.
 */
public final class HeldKey {
  private static final int MOST_CHARS = 250;
  private static final Pattern NAME = Pattern.compile("[/\\p{L}\\p{N}_.\\- :]+");
  private static final Pattern OTHER = Pattern.compile("[^/\\p{L}\\p{N}_.\\- :]");

  private HeldKey() {}

  /** The same key where it can be kept. */
  public static String of(String key) {
    if (key.length() <= MOST_CHARS && NAME.matcher(key).matches() && isOwnPath(key)) {
      return key;
    }
    var sum = new CRC32();
    sum.update(key.getBytes(StandardCharsets.UTF_8));
    var parts = new ArrayList<String>();
    for (var part : OTHER.matcher(key).replaceAll("_").split("/", -1)) {
      parts.add(part.isEmpty() || part.equals(".") || part.equals("..") ? "_" : part);
    }
    var written = String.join("/", parts);
    int room = MOST_CHARS - 9;
    return "%s-%08x"
        .formatted(written.length() > room ? written.substring(0, room) : written, sum.getValue());
  }

  private static boolean isOwnPath(String key) {
    for (var part : key.split("/", -1)) {
      if (part.isEmpty() || part.equals(".") || part.equals("..")) {
        return false;
      }
    }
    return true;
  }
}
