package dev.fovea.labels.coco;

import dev.fovea.labels.Classes;
import dev.fovea.labels.LabelClass;
import dev.fovea.labels.LabelClass.Joint;
import dev.fovea.labels.Licence;
import dev.fovea.labels.format.LabelMistake;
import dev.fovea.labels.format.LabelSource;
import dev.fovea.labels.json.JsonCursor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What must be known of a COCO file before its annotations can be handed on image by image: the
 * classes, and the ids of the images in their order, 20 bytes for each.
 */
final class CocoIndex {
  private static final int MAX_CLASSES = 100_000;
  private static final int MAX_KEYPOINTS = 10_000;

  private final List<LabelClass> classes = new ArrayList<>();
  private final Set<String> seen = new HashSet<>();
  private final Map<Long, String> names = new HashMap<>();
  private long[] ids = new long[16];
  private int count;
  private long[] sortedIds = {};
  private int[] places = {};
  private long bytes;

  private final CocoNotes notes;

  private CocoIndex(CocoNotes notes) {
    this.notes = notes;
  }

  static CocoIndex read(LabelSource source, CocoFile file) throws IOException, LabelMistake {
    var index = new CocoIndex(new CocoNotes(source.findings(), file.path()));
    JsonCursor.read(source, file.path(), json -> index.read(json, source.limits().images()));
    index.sort();
    return index;
  }

  private void read(JsonCursor json, int mostImages) throws IOException, LabelMistake {
    var isCoco = new boolean[1];
    json.object(name -> {
      switch (name) {
        case "images" -> {
          isCoco[0] = true;
          json.list(() -> {
            if (count == mostImages) {
              throw json.mistake("more than %d images".formatted(mostImages));
            }
            add(imageId(json));
          });
        }
        case "categories" -> json.list(MAX_CLASSES, () -> addClass(json));
        case "licenses" -> notes.readLicences(json);
        case "annotations" -> json.skip();
        default -> notes.read(name, json);
      }
      bytes = json.bytes();
    });
    if (!isCoco[0]) {
      throw new LabelMistake(json.file(), 0, "has no 'images' (expected: COCO's lists)");
    }
  }

  private static long imageId(JsonCursor json) throws IOException, LabelMistake {
    var id = new OptionalLong[] {OptionalLong.empty()};
    json.object(name -> {
      if (name.equals("id")) {
        id[0] = OptionalLong.of(json.whole());
      } else {
        json.skip();
      }
    });
    return id[0].orElseThrow(() -> json.mistake("an image without an id"));
  }

  private void add(long id) {
    if (count == ids.length) {
      ids = Arrays.copyOf(ids, 2 * count);
    }
    ids[count++] = id;
  }

  private void addClass(JsonCursor json) throws IOException, LabelMistake {
    var found =
        new Object() {
          OptionalLong id = OptionalLong.empty();
          Optional<String> name = Optional.empty();
          String parent = "";
          List<String> keypoints = new ArrayList<>();
          List<Joint> skeleton = new ArrayList<>();
          CocoExtras extras = new CocoExtras(CocoExtras.MOST_CHARS);
        };
    int line = json.line();
    json.object(name -> {
      switch (name) {
        case "id" -> found.id = OptionalLong.of(json.whole());
        case "name" -> found.name = Optional.of(json.text());
        case "supercategory" -> {
          if (json.isText()) {
            found.parent = json.text();
          }
        }
        case "keypoints" -> json.list(MAX_KEYPOINTS, () -> found.keypoints.add(json.text()));
        case "skeleton" -> json.list(MAX_KEYPOINTS, () -> found.skeleton.add(joint(json)));
        default ->
            found.extras.read(name, json, lost -> notes.lost(line, "the category field", lost));
      }
    });
    long id = found.id.orElseThrow(() -> json.mistake("a category without an id"));
    var name = found.name.orElseThrow(() -> json.mistake("a category without a name"));
    if (names.putIfAbsent(id, name) != null) {
      throw json.mistake("the category id %d twice (expected: each once)".formatted(id));
    }
    if (!seen.add(name)) {
      throw json.mistake("the category name '%s' twice (expected: each once)".formatted(name));
    }
    classes.add(
        new LabelClass(
            name, found.id, found.parent, found.keypoints, found.skeleton, found.extras.extras()));
  }

  private static Joint joint(JsonCursor json) throws IOException, LabelMistake {
    var ends = json.numbers(2);
    if (ends.length != 2) {
      throw json.mistake("a line of %d keypoints (expected: 2)".formatted(ends.length));
    }
    return new Joint((int) ends[0] - 1, (int) ends[1] - 1); // COCO counts keypoints from 1 here
  }

  private void sort() {
    var order =
        IntStream.range(0, count)
            .boxed()
            .sorted((a, b) -> Long.compare(ids[a], ids[b]))
            .mapToInt(Integer::intValue)
            .toArray();
    places = order;
    sortedIds = Arrays.stream(order).mapToLong(place -> ids[place]).toArray();
  }

  /** The place of an image in the file's list, from 0; of two with this id, the first; else -1. */
  int place(long id) {
    int found = Arrays.binarySearch(sortedIds, id);
    while (found > 0 && sortedIds[found - 1] == id) {
      found--;
    }
    return found < 0 ? -1 : places[found];
  }

  int images() {
    return count;
  }

  /** About how large the file is. */
  long bytes() {
    return bytes;
  }

  /** The name of a category's id. */
  Optional<String> name(long id) {
    return Optional.ofNullable(names.get(id));
  }

  /** The licence of a number that an image has. */
  Licence licence(long number) {
    return notes.licence(number);
  }

  /** The classes; without ids where these are 1, 2, 3 and so on. */
  Classes classes() {
    boolean counted =
        IntStream.range(0, classes.size())
            .allMatch(i -> classes.get(i).id().equals(OptionalLong.of(i + 1L)));
    return new Classes(
        counted
            ? classes.stream().map(each -> each.withId(OptionalLong.empty())).toList()
            : classes,
        notes.notes());
  }
}
