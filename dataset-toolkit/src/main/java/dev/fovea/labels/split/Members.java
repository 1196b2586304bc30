package dev.fovea.labels.split;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Text;
import dev.fovea.labels.LabelledImage;
import dev.fovea.labels.format.LabelFormat;
import dev.fovea.labels.format.LabelMistake;
import dev.fovea.labels.format.LabelSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** All images of a dataset with the group of each, in the dataset's order. */
record Members(List<Member> images) {
  /**
   * One image.
   *
   * @param name its path; where its place says its split, without the folder of that
   * @param group its key
   * @param split as the dataset says now; empty for none
   */
  record Member(String path, String name, String group, String split) {}

  Members {
    images = List.copyOf(images);
  }

  /**
   * Reads them.
   *
   * @throws InvalidRequest when an image has no group
   * @throws LabelMistake when a file is not of the format
   */
  static Members read(LabelFormat format, LabelSource source, Grouping grouping)
      throws IOException, LabelMistake {
    return read(format, source, grouping, (_, _) -> {});
  }

  /**
   * Reads them.
   *
   * @param seen told of each image with its group
   * @throws InvalidRequest when an image has no group
   * @throws LabelMistake when a file is not of the format
   */
  static Members read(
      LabelFormat format,
      LabelSource source,
      Grouping grouping,
      BiConsumer<String, LabelledImage> seen)
      throws IOException, LabelMistake {
    var images = new ArrayList<Member>();
    var lacking = new ArrayList<String>();
    format.read(
        source.silent(),
        image -> {
          var name = Grouping.name(format, image);
          var group = grouping.of(name, image.path());
          if (group.isEmpty()) {
            lacking.add(image.path());
          }
          seen.accept(group.orElse(""), image);
          images.add(new Member(image.path(), name, group.orElse(""), image.split()));
        });
    if (!lacking.isEmpty()) {
      throw new InvalidRequest(
          "%d images are in no group, such as '%s'"
              .formatted(lacking.size(), Text.excerpt(lacking.getFirst())),
          "give every image a group: widen the expression, choose a level that all have, or fill"
              + " the column");
    }
    return new Members(images);
  }

  /**
   * Refuses images that would be one.
   *
   * @throws InvalidRequest when an image is there twice
   */
  void requireDistinct() {
    var seen = new HashSet<String>();
    for (var each : images) {
      if (!seen.add(each.name())) {
        throw new InvalidRequest(
            "the image '%s' is there twice (expected: once, since it will be in one split)"
                .formatted(Text.excerpt(each.name())),
            "take one of them out, or rename it");
      }
    }
  }

  /** The images of each group, in the order of each group's first. */
  Map<String, List<Member>> groups() {
    var groups = new LinkedHashMap<String, List<Member>>();
    images.forEach(each -> groups.computeIfAbsent(each.group(), _ -> new ArrayList<>()).add(each));
    return groups;
  }
}
