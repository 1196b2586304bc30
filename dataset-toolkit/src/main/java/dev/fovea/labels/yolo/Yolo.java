package dev.fovea.labels.yolo;

import dev.fovea.labels.Classes;
import dev.fovea.labels.LabelClass;
import dev.fovea.labels.files.Sink;
import dev.fovea.labels.format.Feature;
import dev.fovea.labels.format.LabelFormat;
import dev.fovea.labels.format.LabelMistake;
import dev.fovea.labels.format.LabelSource;
import dev.fovea.labels.format.LabelWriter;
import java.io.IOException;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Ultralytics' text files (docs.ultralytics.com/datasets): one file an image, one row an object, in
 * fractions of the image's width and height. {@code data.yaml} has the classes and the splits, each
 * a folder of images, a list of images, or several of these. An image's labels lie where its path
 * says with the last {@code images/} folder read as {@code labels/} and the suffix as {@code .txt};
 * an image without such a file, or with an empty one, is background.
 *
 * <p>The task is the caller's to say or data.yaml's, never guessed from the rows: a row of nine
 * numbers may be an oriented box or a polygon of four points.
 *
 * <p>Numbers are written with nine decimals: a round trip moves nothing by more than
 * 10<sup>-8</sup> of the image's size.
 */
public final class Yolo implements LabelFormat {
  /** What the rows of a dataset are. */
  public enum Task {
    /** {@code class x y width height}, the place being the centre. */
    DETECT,
    /** {@code class x1 y1 x2 y2 x3 y3 …}, three points or more. */
    SEGMENT,
    /** {@code class x1 y1 x2 y2 x3 y3 x4 y4}, the corners of a turned box. */
    OBB,
    /**
     * {@code class x y width height px py v px py v …}, as many points as {@code kpt_shape} says.
     */
    POSE
  }

  private final Task task;
  private final Set<Feature> holds;

  public Yolo(Task task) {
    this.task = task;
    this.holds = Collections.unmodifiableSet(holds(task));
  }

  private static EnumSet<Feature> holds(Task task) {
    var holds = EnumSet.of(Feature.SPLIT, Feature.BACKGROUND);
    switch (task) {
      case DETECT -> holds.add(Feature.BOX);
      case SEGMENT -> holds.addAll(EnumSet.of(Feature.QUADRILATERAL, Feature.POLYGON));
      case OBB -> holds.addAll(EnumSet.of(Feature.BOX, Feature.ROTATION, Feature.QUADRILATERAL));
      case POSE -> holds.addAll(EnumSet.of(Feature.BOX, Feature.KEYPOINTS, Feature.KEYPOINT_NAMES));
    }
    return holds;
  }

  /**
   * The task that a dataset's data.yaml names: by {@code task}, as Fovea writes it, or by {@code
   * kpt_shape}, which only pose has. Absent where it names none.
   *
   * @throws LabelMistake when data.yaml is missing or is none
   */
  public static Optional<Task> task(LabelSource source) throws IOException, LabelMistake {
    return YoloData.read(source).task();
  }

  /**
   * The names of a dataset's classes by the numbers that its rows have.
   *
   * @throws LabelMistake when data.yaml is missing or is none
   */
  public static Map<Integer, String> names(LabelSource source) throws IOException, LabelMistake {
    return YoloData.read(source).names();
  }

  @Override
  public String name() {
    return "YOLO " + task.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public Set<Feature> holds() {
    return holds;
  }

  @Override
  public boolean measuresInFractions() {
    return true;
  }

  @Override
  public Classes classes(LabelSource source) throws IOException, LabelMistake {
    var data = YoloData.read(source.silent());
    return new Classes(
        data.names().entrySet().stream()
            .map(each ->
                LabelClass.named(each.getValue())
                    .withKeypoints(
                        task == Task.POSE ? data.keypointNames(each.getKey()) : List.of(),
                        List.of()))
            .toList());
  }

  @Override
  public void read(LabelSource source, ImageConsumer images) throws IOException, LabelMistake {
    new YoloReader(source, YoloData.read(source), task).read(images);
  }

  @Override
  public LabelWriter open(Sink sink, Classes classes) {
    return new YoloWriter(sink, classes, task);
  }
}
