package dev.fovea.datasets;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.fovea.kernel.Digest;
import java.util.List;
import java.util.Optional;

/**
 * One labelled image of a dataset version.
 *
 * @param path inside the dataset folder, with {@code /}
 * @param image the object that holds its bytes
 * @param md5 the MD5 of the same bytes, 32 lower-case hex digits: DVC's name for it
 * @param bytes its length
 * @param label the class of the whole image; empty where only its objects have classes
 * @param split {@code train}, {@code val} or {@code test}
 * @param slice a part of the data that is looked at on its own, such as {@code night}; empty where
 *     none was named
 * @param objects in it, by place; empty for a background image and where images have labels as a
 *     whole. Left out of the JSON then, so that a version without objects keeps its digest.
 */
public record Sample(
    String path,
    Digest image,
    String md5,
    long bytes,
    String label,
    String split,
    Optional<String> slice,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) @JsonSetter(nulls = Nulls.AS_EMPTY)
        List<LabelledObject> objects) {
  public Sample {
    objects = objects.stream().sorted(LabelledObject.BY_PLACE).toList();
  }

  /** What it shows, in a few words: its label, how many objects, or that there is none. */
  public String words() {
    var counted =
        switch (objects.size()) {
          case 0 -> label.isEmpty() ? "background" : "";
          case 1 -> "1 object";
          default -> objects.size() + " objects";
        };
    return label.isEmpty() || counted.isEmpty() ? label + counted : label + ", " + counted;
  }

  /** An image with a label as a whole. */
  public Sample(
      String path,
      Digest image,
      String md5,
      long bytes,
      String label,
      String split,
      Optional<String> slice) {
    this(path, image, md5, bytes, label, split, slice, List.of());
  }
}
