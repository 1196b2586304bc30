package dev.fovea.labels.split;

import dev.fovea.labels.LabelledImage;
import dev.fovea.labels.folder.ImageFolder;
import dev.fovea.labels.format.LabelFormat;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** What belongs together, and so may not be in two splits. */
@FunctionalInterface
public interface Grouping {
  /** Each image by itself. */
  Grouping ALONE = (name, _) -> Optional.of(name);

  /**
   * The key of an image's group; absent where that is not known.
   *
   * @param name the image's path, without the folder of its split where its place says the split:
   *     the same once it is moved
   * @param path where it lies now
   */
  Optional<String> of(String name, String path);

  /** What a grouping is asked about an image of a dataset of this format. */
  static String name(LabelFormat format, LabelledImage image) {
    var path = image.path();
    return format instanceof ImageFolder ? path.substring(path.indexOf('/') + 1) : path;
  }

  /**
   * By what an expression finds in the name: its groups where it has some, else all that it
   * matches.
   */
  static Grouping matching(Pattern pattern) {
    return (name, _) -> {
      var found = pattern.matcher(name);
      if (!found.find()) {
        return Optional.empty();
      }
      if (found.groupCount() == 0) {
        return Optional.of(found.group());
      }
      var key = new StringBuilder();
      for (int i = 1; i <= found.groupCount(); i++) {
        key.append(i == 1 ? "" : "/").append(found.group(i) == null ? "" : found.group(i));
      }
      return Optional.of(key.toString());
    };
  }

  /**
   * By the folders down to a level.
   *
   * @param level from 1, the first folder of the name
   */
  static Grouping level(int level) {
    return (name, _) -> {
      int slash = -1;
      for (int i = 0; i < level; i++) {
        slash = name.indexOf('/', slash + 1);
        if (slash < 0) {
          return Optional.empty();
        }
      }
      return Optional.of(name.substring(0, slash));
    };
  }

  /** By a table of paths; empty text is no group. */
  static Grouping table(Map<String, String> groups) {
    return (_, path) -> Optional.ofNullable(groups.get(path)).filter(key -> !key.isEmpty());
  }
}
