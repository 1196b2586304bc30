package dev.fovea.labels;

import java.util.List;

/**
 * What is said of a dataset as a whole.
 *
 * @param licences of its images, in the source's order; no two are equal, two may have one number
 *     where the dataset has several files
 * @param extras such as COCO's {@code info}
 */
public record Notes(List<Licence> licences, Extras extras) {
  /** Nothing. */
  public static final Notes NONE = new Notes(List.of(), Extras.NONE);

  public Notes {
    licences = List.copyOf(licences);
  }
}
