package dev.fovea.labels;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One image with all that is said about it.
 *
 * @param path inside the dataset, with {@code /}
 * @param split such as {@code train}; empty where none is named
 * @param slice a part of the data; absent where none is named
 * @param id the number that the source gives it, unique among the images of its split
 * @param size absent where the source does not say it
 * @param annotations in the source's order; empty for a background image
 * @param licence absent where the source names none
 * @param extras what else the source says of it
 */
public record LabelledImage(
    String path,
    String split,
    Optional<String> slice,
    OptionalLong id,
    Optional<ImageSize> size,
    List<Annotation> annotations,
    Optional<Licence> licence,
    Extras extras) {
  public LabelledImage {
    annotations = List.copyOf(annotations);
  }

  /** An image of which the source says nothing else. */
  public LabelledImage(
      String path,
      String split,
      Optional<String> slice,
      OptionalLong id,
      Optional<ImageSize> size,
      List<Annotation> annotations) {
    this(path, split, slice, id, size, annotations, Optional.empty(), Extras.NONE);
  }

  /** An image of known size, with no number and in no slice. */
  public LabelledImage(String path, String split, ImageSize size, List<Annotation> annotations) {
    this(path, split, Optional.empty(), OptionalLong.empty(), Optional.of(size), annotations);
  }

  public LabelledImage withId(long number) {
    return withId(OptionalLong.of(number));
  }

  public LabelledImage withId(OptionalLong number) {
    return new LabelledImage(path, split, slice, number, size, annotations, licence, extras);
  }

  public LabelledImage withAnnotations(List<Annotation> others) {
    return new LabelledImage(path, split, slice, id, size, others, licence, extras);
  }

  /** The same image elsewhere. */
  public LabelledImage at(String otherPath, String otherSplit) {
    return new LabelledImage(otherPath, otherSplit, slice, id, size, annotations, licence, extras);
  }

  public LabelledImage with(Optional<Licence> otherLicence, Extras otherExtras) {
    return new LabelledImage(path, split, slice, id, size, annotations, otherLicence, otherExtras);
  }
}
