package dev.fovea.labels.cvat;

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
import java.util.Set;

/**
 * CVAT for images 1.1 (docs.cvat.ai, "CVAT for images"): {@code annotations.xml}, else every XML
 * file at the top of the dataset, as Datumaro writes one for each split. Coordinates are pixels
 * with the edges at whole numbers, as here; {@code rotation} is in degrees, clockwise. A mask is a
 * window of its image, run by run along the rows. What CVAT has no place for becomes an attribute
 * under the name that Datumaro gives it; objects of several parts are shapes of one group.
 *
 * <p>An attribute whose values are not all of one kind (true or false; numbers; text) is text in
 * CVAT, and comes back as text.
 *
 * <p>CVAT for video, with its tracks, is refused.
 */
public final class Cvat implements LabelFormat {
  private static final Set<Feature> HOLDS =
      Collections.unmodifiableSet(
          EnumSet.of(
              Feature.SPLIT,
              Feature.IMAGE_ID,
              Feature.IMAGE_SIZE,
              Feature.BACKGROUND,
              Feature.KEYPOINT_NAMES,
              Feature.SKELETON,
              Feature.WHOLE_IMAGE,
              Feature.SEVERAL_CLASSES,
              Feature.BOX,
              Feature.ROTATION,
              Feature.QUADRILATERAL,
              Feature.POLYGON,
              Feature.SEVERAL_POLYGONS,
              Feature.POLYLINE,
              Feature.POINTS,
              Feature.MASK,
              Feature.KEYPOINTS,
              Feature.KEYPOINTS_ONLY,
              Feature.STATED_BOX,
              Feature.CROWD,
              Feature.OCCLUDED,
              Feature.TRUNCATED,
              Feature.DIFFICULT,
              Feature.GROUP,
              Feature.Z_ORDER,
              Feature.ATTRIBUTES));
  static final String FILE = "annotations.xml";

  @Override
  public String name() {
    return "CVAT for images";
  }

  @Override
  public Set<Feature> holds() {
    return HOLDS;
  }

  @Override
  public Classes classes(LabelSource source) throws IOException, LabelMistake {
    var byName = new LinkedHashMap<String, LabelClass>();
    for (var file : files(source)) {
      new CvatReader(source.silent(), file)
          .labels()
          .classes()
          .list()
          .forEach(each -> byName.putIfAbsent(each.name(), each));
    }
    return new Classes(List.copyOf(byName.values()));
  }

  @Override
  public void read(LabelSource source, ImageConsumer images) throws IOException, LabelMistake {
    for (var file : files(source)) {
      new CvatReader(source, file).read(images);
    }
  }

  private static List<String> files(LabelSource source) throws IOException {
    return source.folder().has(FILE)
        ? List.of(FILE)
        : source.folder().list("").stream()
            .filter(path -> path.indexOf('/') < 0 && path.endsWith(".xml"))
            .toList();
  }

  @Override
  public LabelWriter open(Sink sink, Classes classes) throws IOException {
    return new CvatWriter(sink, classes);
  }
}
