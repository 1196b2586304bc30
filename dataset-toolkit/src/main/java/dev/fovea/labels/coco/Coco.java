package dev.fovea.labels.coco;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * COCO's object detection, segmentation and keypoint files (cocodataset.org, "Data format"). A
 * {@code bbox} is x, y, width and height with the edges of pixels at whole numbers, as here.
 * Category ids mean nothing but themselves: they are looked up, never counted. What COCO has no
 * place for goes into {@code attributes}, as CVAT and Datumaro do it. {@code info} and {@code
 * licenses} are skipped.
 *
 * <p>Paths are those in {@code file_name}, read as lying in the dataset's folder.
 *
 * <p>Reading holds 20 bytes for every image of a file, in a large file 8 more and up to 8 for every
 * annotation, and the objects of a window of its images: see {@link
 * dev.fovea.labels.format.LabelLimits#heldBytes}.
 */
public final class Coco implements LabelFormat {
  private static final Set<Feature> HOLDS =
      Collections.unmodifiableSet(
          EnumSet.of(
              Feature.SPLIT,
              Feature.IMAGE_ID,
              Feature.IMAGE_SIZE,
              Feature.BACKGROUND,
              Feature.CLASS_ID,
              Feature.CLASS_PARENT,
              Feature.KEYPOINT_NAMES,
              Feature.SKELETON,
              Feature.BOX,
              Feature.ROTATION,
              Feature.QUADRILATERAL,
              Feature.POLYGON,
              Feature.SEVERAL_POLYGONS,
              Feature.MASK,
              Feature.MASK_OF_OTHER_SIZE,
              Feature.KEYPOINTS,
              Feature.STATED_BOX,
              Feature.STATED_AREA,
              Feature.ANNOTATION_ID,
              Feature.CROWD,
              Feature.OCCLUDED,
              Feature.TRUNCATED,
              Feature.DIFFICULT,
              Feature.ATTRIBUTES));

  @Override
  public String name() {
    return "COCO";
  }

  @Override
  public Set<Feature> holds() {
    return HOLDS;
  }

  /** The categories of all files, by name; without ids where two of them share one. */
  @Override
  public Classes classes(LabelSource source) throws IOException, LabelMistake {
    var byName = new LinkedHashMap<String, LabelClass>();
    for (var file : CocoFile.find(source.silent())) {
      for (var each : CocoIndex.read(source.silent(), file).classes().list()) {
        byName.merge(
            each.name(), each, (a, b) -> a.keypoints().size() < b.keypoints().size() ? b : a);
      }
    }
    var classes = List.copyOf(byName.values());
    long ids = classes.stream().flatMapToLong(each -> each.id().stream()).distinct().count();
    return new Classes(
        ids == classes.size() ? classes : classes.stream().map(Coco::withoutId).toList());
  }

  private static LabelClass withoutId(LabelClass each) {
    return new LabelClass(
        each.name(), OptionalLong.empty(), each.parent(), each.keypoints(), each.skeleton());
  }

  @Override
  public void read(LabelSource source, ImageConsumer images) throws IOException, LabelMistake {
    for (var file : CocoFile.find(source)) {
      new CocoReader(source, file, CocoIndex.read(source, file)).read(images);
    }
  }

  @Override
  public LabelWriter open(Sink sink, Classes classes) {
    return new CocoWriter(sink, classes);
  }
}
