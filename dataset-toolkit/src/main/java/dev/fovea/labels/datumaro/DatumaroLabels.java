package dev.fovea.labels.datumaro;

import dev.fovea.kernel.Text;
import dev.fovea.labels.LabelClass;
import dev.fovea.labels.LabelClass.Joint;
import dev.fovea.labels.format.LabelMistake;
import dev.fovea.labels.format.LabelSource;
import dev.fovea.labels.json.JsonCursor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** What {@code categories} says of labels and their keypoints. */
final class DatumaroLabels {
  private static final int MAX_CLASSES = 100_000;
  private static final int MAX_KEYPOINTS = 10_000;

  private final List<LabelClass> plain = new ArrayList<>();
  private final Map<Integer, Keypoints> keypoints = new HashMap<>();
  private boolean found;

  private record Keypoints(List<String> names, List<Joint> joints) {}

  private DatumaroLabels() {}

  static DatumaroLabels read(LabelSource source, String file) throws IOException, LabelMistake {
    var labels = new DatumaroLabels();
    JsonCursor.read(
        source,
        file,
        json ->
            json.object(name -> {
              if (name.equals("categories")) {
                labels.found = true;
                labels.readCategories(json);
              } else {
                json.skip();
              }
            }));
    if (!labels.found) {
      throw new LabelMistake(file, 0, "has no 'categories' (expected: Datumaro's JSON)");
    }
    var names = new HashSet<String>();
    for (var each : labels.plain) {
      if (!names.add(each.name())) {
        throw new LabelMistake(
            file,
            0,
            "the label '%s' twice (expected: each once)".formatted(Text.excerpt(each.name())));
      }
    }
    return labels;
  }

  private void readCategories(JsonCursor json) throws IOException, LabelMistake {
    json.object(kind -> {
      switch (kind) {
        case "label" ->
            json.object(name -> {
              if (name.equals("labels")) {
                json.list(MAX_CLASSES, () -> plain.add(label(json)));
              } else {
                json.skip();
              }
            });
        case "points" ->
            json.object(name -> {
              if (name.equals("items")) {
                json.list(MAX_CLASSES, () -> readKeypoints(json));
              } else {
                json.skip();
              }
            });
        default -> json.skip();
      }
    });
  }

  private static LabelClass label(JsonCursor json) throws IOException, LabelMistake {
    var found =
        new Object() {
          String name = "";
          String parent = "";
          OptionalLong id = OptionalLong.empty();
        };
    json.object(field -> {
      switch (field) {
        case "name" -> found.name = json.text();
        case "parent" -> found.parent = json.isText() ? json.text() : "";
        case "id" -> found.id = OptionalLong.of(json.whole());
        default -> json.skip();
      }
    });
    return new LabelClass(found.name, found.id, found.parent, List.of(), List.of());
  }

  private void readKeypoints(JsonCursor json) throws IOException, LabelMistake {
    var found =
        new Object() {
          int label = -1;
          List<String> names = new ArrayList<>();
          List<Joint> joints = new ArrayList<>();
        };
    json.object(field -> {
      switch (field) {
        case "label_id" -> found.label = (int) json.whole();
        case "labels" -> json.list(MAX_KEYPOINTS, () -> found.names.add(json.text()));
        case "joints" ->
            json.list(
                MAX_KEYPOINTS,
                () -> {
                  var ends = json.numbers(2);
                  if (ends.length == 2) {
                    // As in COCO's skeletons, from which Datumaro takes them, the first keypoint is
                    // 1.
                    found.joints.add(new Joint((int) ends[0] - 1, (int) ends[1] - 1));
                  }
                });
        default -> json.skip();
      }
    });
    keypoints.put(found.label, new Keypoints(found.names, found.joints));
  }

  /** All labels; a label's place in the list is its {@code label_id}. */
  List<LabelClass> classes() {
    var classes = new ArrayList<LabelClass>();
    for (var each : plain) {
      var points = keypoints.get(classes.size());
      classes.add(points == null ? each : each.withKeypoints(points.names(), points.joints()));
    }
    return classes;
  }

  Optional<String> name(long label) {
    return label >= 0 && label < plain.size()
        ? Optional.of(plain.get((int) label).name())
        : Optional.empty();
  }

  /** How many keypoints a label has. */
  int keypoints(long label) {
    var points = keypoints.get((int) label);
    return points == null ? 0 : points.names().size();
  }
}
