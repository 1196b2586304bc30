package dev.fovea.labels.yolo;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fovea.dvc.RelativePath;
import dev.fovea.kernel.Text;
import dev.fovea.labels.format.LabelMistake;
import dev.fovea.labels.format.LabelSource;
import dev.fovea.labels.yolo.Yolo.Task;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * What data.yaml says.
 *
 * @param names of the classes by their number
 * @param splits folders and lists of images, by split
 * @param keypoints how many an object has; 0 where {@code kpt_shape} is missing
 * @param numbersEach of a keypoint: 2 without its visibility, else 3
 * @param keypointNames by the class's number; empty where missing
 */
record YoloData(
    Map<Integer, String> names,
    Map<String, List<String>> splits,
    int keypoints,
    int numbersEach,
    Map<Integer, List<String>> keypointNames,
    Optional<Task> task) {
  private static final int MAX_BYTES = 4 << 20;
  private static final int MAX_DEPTH = 16;
  private static final int MAX_KEYPOINTS = 10_000;
  private static final List<String> SPLITS = List.of("train", "val", "test");
  private static final LoadSettings SETTINGS =
      LoadSettings.builder()
          .setAllowDuplicateKeys(false)
          .setCodePointLimit(MAX_BYTES)
          .setMaxAliasesForCollections(0)
          .build();

  /** Reads data.yaml, or the only YAML file at the top of the dataset. */
  static YoloData read(LabelSource source) throws IOException, LabelMistake {
    var file = file(source);
    try (var bytes = source.open(file, MAX_BYTES)) {
      var text = new String(bytes.readAllBytes(), UTF_8);
      requireShallow(text, file);
      if (!(new Load(SETTINGS).loadFromString(text) instanceof Map<?, ?> top)) {
        throw new LabelMistake(file, 0, "is no mapping");
      }
      var shape = top.get("kpt_shape");
      if (shape != null
          && !(shape instanceof List<?> two
              && two.size() == 2
              && two.get(0) instanceof Integer points
              && points > 0
              && points <= MAX_KEYPOINTS
              && two.get(1) instanceof Integer each
              && (each == 2 || each == 3))) {
        throw new LabelMistake(
            file,
            0,
            "kpt_shape: %s (expected: [K, 2] or [K, 3])".formatted(Text.excerpt(shape.toString())));
      }
      return new YoloData(
          names(top.get("names"), file),
          splits(top, file),
          shape instanceof List<?> two ? (Integer) two.get(0) : 0,
          shape instanceof List<?> two ? (Integer) two.get(1) : 3,
          keypointNames(top.get("kpt_names")),
          task(top, file));
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(0);
      throw new LabelMistake(
          file, line, "not YAML: " + Text.excerpt(String.valueOf(e.getProblem())));
    } catch (YamlEngineException e) {
      throw new LabelMistake(file, 0, "not YAML: " + Text.excerpt(String.valueOf(e.getMessage())));
    }
  }

  private static String file(LabelSource source) throws IOException {
    if (source.folder().has(YoloPaths.DATA)) {
      return YoloPaths.DATA;
    }
    var others =
        source.folder().list("").stream()
            .filter(path -> path.indexOf('/') < 0 && path.matches("(?s).*\\.ya?ml"))
            .toList();
    return others.size() == 1 ? others.getFirst() : YoloPaths.DATA;
  }

  // The parser is iterative, what makes values of its events is not.
  private static void requireShallow(String text, String file) throws LabelMistake {
    int depth = 0;
    for (var event : new Parse(SETTINGS).parseString(text)) {
      switch (event.getEventId()) {
        case Event.ID.MappingStart, Event.ID.SequenceStart -> depth++;
        case Event.ID.MappingEnd, Event.ID.SequenceEnd -> depth--;
        default -> {}
      }
      if (depth > MAX_DEPTH) {
        throw new LabelMistake(file, 0, "is nested more than %d levels deep".formatted(MAX_DEPTH));
      }
    }
  }

  private static Map<Integer, String> names(@Nullable Object stated, String file)
      throws LabelMistake {
    var names = new TreeMap<Integer, String>();
    switch (stated) {
      case List<?> list ->
          IntStream.range(0, list.size()).forEach(i -> names.put(i, String.valueOf(list.get(i))));
      case Map<?, ?> map -> {
        for (var entry : map.entrySet()) {
          if (!(entry.getKey() instanceof Integer number) || number < 0) {
            throw new LabelMistake(
                file,
                0,
                "names: '%s' (expected: numbers from 0)"
                    .formatted(Text.excerpt(String.valueOf(entry.getKey()))));
          }
          names.put(number, String.valueOf(entry.getValue()));
        }
      }
      case null, default ->
          throw new LabelMistake(file, 0, "names: missing (expected: a list or a mapping)");
    }
    if (names.values().stream().distinct().count() != names.size()) {
      throw new LabelMistake(file, 0, "names: one name twice (expected: each once)");
    }
    return names;
  }

  private static Map<String, List<String>> splits(Map<?, ?> top, String file) throws LabelMistake {
    var splits = new LinkedHashMap<String, List<String>>();
    for (var entry : top.entrySet()) {
      var key = String.valueOf(entry.getKey());
      // Other splits than Ultralytics' three are lists named after themselves, as Fovea writes
      // them.
      if (!SPLITS.contains(key) && !YoloWriter.list(key).equals(entry.getValue())) {
        continue;
      }
      var places = new ArrayList<String>();
      switch (entry.getValue()) {
        case null -> {}
        case String one -> places.add(one);
        case List<?> several -> several.forEach(each -> places.add(String.valueOf(each)));
        default ->
            throw new LabelMistake(file, 0, key + ": (expected: a folder, a list, or several)");
      }
      var root = top.get("path") instanceof String path ? YoloPaths.inDataset(path) : "";
      boolean here = root.isEmpty() || root.equals(".") || root.startsWith("/");
      var inside = new ArrayList<String>();
      for (var place : places) {
        var path = YoloPaths.inDataset(here ? place : root + "/" + place);
        var fault = path.isEmpty() ? Optional.<String>empty() : RelativePath.fault(path);
        if (fault.isPresent()) {
          throw new LabelMistake(
              file, 0, "%s: '%s' %s".formatted(key, Text.excerpt(place), fault.get()));
        }
        inside.add(path);
      }
      splits.put(YoloWriter.split(key), inside);
    }
    return splits;
  }

  private static Map<Integer, List<String>> keypointNames(@Nullable Object stated) {
    var names = new TreeMap<Integer, List<String>>();
    if (stated instanceof Map<?, ?> map) {
      map.forEach((key, value) -> {
        if (key instanceof Integer number && value instanceof List<?> list) {
          names.put(number, list.stream().map(String::valueOf).toList());
        }
      });
    }
    return names;
  }

  private static Optional<Task> task(Map<?, ?> top, String file) throws LabelMistake {
    if (top.get("task") instanceof String name) {
      for (var task : Task.values()) {
        if (task.name().toLowerCase(Locale.ROOT).equals(name)) {
          return Optional.of(task);
        }
      }
      throw new LabelMistake(
          file,
          0,
          "task: '%s' (expected: detect, segment, obb or pose)".formatted(Text.excerpt(name)));
    }
    return top.containsKey("kpt_shape") ? Optional.of(Task.POSE) : Optional.empty();
  }

  /** A class's keypoints; numbered from 0 where data.yaml does not name them. */
  List<String> keypointNames(int place) {
    var names = keypointNames.get(place);
    return names != null && names.size() <= keypoints
        ? names
        : IntStream.range(0, keypoints).mapToObj(Integer::toString).toList();
  }
}
