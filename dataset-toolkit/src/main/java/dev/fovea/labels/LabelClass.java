package dev.fovea.labels;

import java.util.List;
import java.util.OptionalLong;

/**
 * A class of objects.
 *
 * @param name unique within its dataset
 * @param id the number that the source gives it; absent where its place in the list is all
 * @param parent a wider class, COCO's {@code supercategory}; empty for none
 * @param keypoints the names of its keypoints; empty where it has none
 * @param skeleton which keypoints are drawn connected
 * @param extras what else the source says of it
 */
public record LabelClass(
    String name,
    OptionalLong id,
    String parent,
    List<String> keypoints,
    List<Joint> skeleton,
    Extras extras) {
  /**
   * A line between two keypoints.
   *
   * @param from the place of a keypoint's name, from 0
   * @param to the place of a keypoint's name, from 0
   */
  public record Joint(int from, int to) {}

  public LabelClass {
    keypoints = List.copyOf(keypoints);
    skeleton = List.copyOf(skeleton);
  }

  /** A class of which the source says nothing else. */
  public LabelClass(
      String name, OptionalLong id, String parent, List<String> keypoints, List<Joint> skeleton) {
    this(name, id, parent, keypoints, skeleton, Extras.NONE);
  }

  /** A class of which only the name is known. */
  public static LabelClass named(String name) {
    return new LabelClass(name, OptionalLong.empty(), "", List.of(), List.of());
  }

  public LabelClass withId(long number) {
    return withId(OptionalLong.of(number));
  }

  public LabelClass withId(OptionalLong number) {
    return new LabelClass(name, number, parent, keypoints, skeleton, extras);
  }

  public LabelClass withKeypoints(List<String> names, List<Joint> joints) {
    return new LabelClass(name, id, parent, names, joints, extras);
  }

  public LabelClass withExtras(Extras others) {
    return new LabelClass(name, id, parent, keypoints, skeleton, others);
  }
}
