package dev.fovea.labels.yolo;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fovea.labels.Annotation;
import dev.fovea.labels.Classes;
import dev.fovea.labels.Coordinates;
import dev.fovea.labels.ImageSize;
import dev.fovea.labels.Keypoint;
import dev.fovea.labels.LabelClass;
import dev.fovea.labels.LabelledImage;
import dev.fovea.labels.Shape.Box;
import dev.fovea.labels.Shape.Polygons;
import dev.fovea.labels.files.Sink;
import dev.fovea.labels.format.LabelWriter;
import dev.fovea.labels.yolo.Yolo.Task;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/**
 * Writes one file for each image where Ultralytics looks for it, {@code SPLIT.txt} with the images
 * of each split, and data.yaml.
 */
final class YoloWriter implements LabelWriter {
  private static final String UNNAMED = "unsplit";
  private static final int DECIMALS = 9;
  private static final DumpSettings BLOCK =
      DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).build();

  private final Sink sink;
  private final List<LabelClass> classes;
  private final Map<String, Integer> places;
  private final Task task;
  private final int keypoints;
  private final Map<String, OutputStream> lists = new TreeMap<>();

  YoloWriter(Sink sink, Classes classes, Task task) {
    this.sink = sink;
    this.classes = classes.list();
    this.places = classes.places();
    this.task = task;
    this.keypoints =
        task == Task.POSE
            ? this.classes.stream().mapToInt(each -> each.keypoints().size()).max().orElse(0)
            : 0;
  }

  /** The name in data.yaml of a split's list of images. */
  static String list(String key) {
    return key + ".txt";
  }

  /** The split that a key of data.yaml means. */
  static String split(String key) {
    return key.equals(UNNAMED) ? "" : key;
  }

  @Override
  public void accept(LabelledImage image) throws IOException {
    var rows = new StringBuilder();
    for (var annotation : image.annotations()) {
      var size =
          image
              .size()
              .orElseThrow(
                  () -> new IllegalArgumentException("'%s' has no size".formatted(image.path())));
      rows.append(row(annotation, size)).append('\n');
    }
    try (var file = sink.create(YoloPaths.labels(image.path()))) {
      file.write(rows.toString().getBytes(UTF_8));
    }
    var key = image.split().isEmpty() ? UNNAMED : image.split();
    var list = lists.get(key);
    if (list == null) {
      list = sink.create(list(key));
      lists.put(key, list);
    }
    list.write(("./" + image.path() + "\n").getBytes(UTF_8));
  }

  private String row(Annotation annotation, ImageSize size) {
    var place = places.get(annotation.label());
    if (place == null) {
      throw new IllegalArgumentException(
          "class '%s' (expected: one of those given)".formatted(annotation.label()));
    }
    var row = new StringBuilder(place.toString());
    switch (annotation.shape()) {
      case Box box when task != Task.OBB -> append(box, size, row);
      case Box box -> append(box.corners(), size, row);
      case Polygons polygons -> append(polygons.parts().getFirst(), size, row);
      default ->
          throw new IllegalArgumentException(
              "%s (expected: a box or a polygon)".formatted(annotation.shape()));
    }
    if (task == Task.POSE) {
      append(annotation.keypoints(), size, row);
    }
    return row.toString();
  }

  private static void append(Box box, ImageSize size, StringBuilder row) {
    append((box.x1() + box.x2()) / 2 / size.width(), row);
    append((box.y1() + box.y2()) / 2 / size.height(), row);
    append((box.x2() - box.x1()) / size.width(), row);
    append((box.y2() - box.y1()) / size.height(), row);
  }

  private static void append(Coordinates points, ImageSize size, StringBuilder row) {
    for (int i = 0; i < points.size(); i++) {
      append(points.x(i) / size.width(), row);
      append(points.y(i) / size.height(), row);
    }
  }

  private void append(List<Keypoint> points, ImageSize size, StringBuilder row) {
    if (points.size() > keypoints) {
      throw new IllegalArgumentException(
          "%d keypoints (expected: at most its class's %d)".formatted(points.size(), keypoints));
    }
    for (var point : points) {
      append(point.x() / size.width(), row);
      append(point.y() / size.height(), row);
      row.append(' ').append(point.visibility().number());
    }
    Collections.nCopies(keypoints - points.size(), " 0 0 0").forEach(row::append);
  }

  private static void append(double fraction, StringBuilder row) {
    row.append(' ')
        .append(
            BigDecimal.valueOf(fraction)
                .setScale(DECIMALS, RoundingMode.HALF_EVEN)
                .stripTrailingZeros()
                .toPlainString());
  }

  @Override
  public void close() throws IOException {
    var data = new LinkedHashMap<String, Object>();
    for (var list : lists.entrySet()) {
      list.getValue().close();
      data.put(list.getKey(), list(list.getKey()));
    }
    var names = new LinkedHashMap<Integer, String>();
    classes.forEach(each -> names.put(names.size(), each.name()));
    data.put("names", names);
    data.put("task", task.name().toLowerCase(Locale.ROOT));
    if (keypoints > 0) {
      data.put("kpt_shape", List.of(keypoints, 3));
      var keypointNames = new LinkedHashMap<Integer, List<String>>();
      // Each its own list: of a list that stands twice, YAML makes an alias.
      classes.forEach(
          each -> keypointNames.put(keypointNames.size(), new ArrayList<>(each.keypoints())));
      data.put("kpt_names", keypointNames);
    }
    try (var file = sink.create(YoloPaths.DATA)) {
      file.write(new Dump(BLOCK).dumpToString(data).getBytes(UTF_8));
    }
  }
}
