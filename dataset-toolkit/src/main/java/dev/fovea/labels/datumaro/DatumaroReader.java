package dev.fovea.labels.datumaro;

import dev.fovea.labels.Annotation;
import dev.fovea.labels.ImageSize;
import dev.fovea.labels.LabelledImage;
import dev.fovea.labels.format.Finding.Kind;
import dev.fovea.labels.format.GroupedParts;
import dev.fovea.labels.format.LabelFormat.ImageConsumer;
import dev.fovea.labels.format.LabelMistake;
import dev.fovea.labels.format.LabelSource;
import dev.fovea.labels.format.ShapeFindings;
import dev.fovea.labels.json.JsonCursor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads the items of one file, one by one. */
final class DatumaroReader {
  private final LabelSource source;
  private final String file;
  private final String split;
  private final DatumaroLabels labels;
  private final ShapeFindings shapes;
  private int images;

  DatumaroReader(LabelSource source, String file, DatumaroLabels labels) {
    this.source = source;
    this.file = file;
    this.split = DatumaroPaths.split(file);
    this.labels = labels;
    this.shapes = new ShapeFindings(source.findings(), file);
  }

  void read(ImageConsumer consumer) throws IOException, LabelMistake {
    JsonCursor.read(
        source,
        file,
        json ->
            json.object(name -> {
              if (!name.equals("items")) {
                json.skip();
                return;
              }
              json.list(() -> {
                if (++images > source.limits().images()) {
                  throw json.mistake("more than %d items".formatted(source.limits().images()));
                }
                var image = image(json);
                if (image.isPresent()) {
                  consumer.accept(image.get());
                }
              });
            }));
  }

  private Optional<LabelledImage> image(JsonCursor json) throws IOException, LabelMistake {
    int line = json.line();
    var found =
        new Object() {
          String id = "";
          String path = "";
          Optional<String> stated = Optional.empty();
          Optional<ImageSize> size = Optional.empty();
          Map<String, Object> attributes = Map.of();
          List<DatumaroAnnotation> annotations = new ArrayList<>();
          boolean isImage;
        };
    json.object(name -> {
      switch (name) {
        case "id" -> found.id = json.text();
        case "path" -> found.path = json.text();
        case "attr" ->
            found.attributes =
                json.attributes(
                    field -> source.findings().notKept(file, line, "the item attribute " + field));
        case "image" -> {
          found.isImage = true;
          json.object(field -> {
            switch (field) {
              case "path" -> found.stated = Optional.of(json.isText() ? json.text() : "");
              case "size" -> {
                var sides = json.isNull() ? new double[0] : json.numbers(2);
                found.size =
                    sides.length == 2 ? ImageSize.stated(sides[1], sides[0]) : Optional.empty();
              }
              default -> json.skip();
            }
          });
        }
        case "annotations" ->
            json.list(() -> {
              if (found.annotations.size() == source.limits().annotations()) {
                throw json.mistake(
                    "more than %d annotations".formatted(source.limits().annotations()));
              }
              found.annotations.add(DatumaroAnnotation.read(json, source.limits().numbers()));
            });
        default -> {
          source.findings().notKept(file, line, "the item field '%s'".formatted(name));
          json.skip();
        }
      }
    });
    if (!found.isImage && found.path.isEmpty()) {
      source
          .findings()
          .add(Kind.UNREADABLE, file, line, "an item without 'image' (expected: an image)");
      return Optional.empty();
    }
    var path =
        found.path.isEmpty()
            ? DatumaroPaths.path(source, split, found.id, found.stated.orElse(""))
            : found.path;
    if (!source.accepts(path, file, line)) {
      return Optional.empty();
    }
    found.attributes.keySet().stream()
        .filter(name -> !name.equals("id") && !name.equals("slice"))
        .forEach(name -> source.findings().notKept(file, line, "the item attribute " + name));
    return Optional.of(
        new LabelledImage(
            path,
            split,
            found.attributes.get("slice") instanceof String slice
                ? Optional.of(slice)
                : Optional.empty(),
            found.attributes.get("id") instanceof Long id
                ? OptionalLong.of(id)
                : OptionalLong.empty(),
            found.size,
            objects(found.annotations, source.judged(path, found.size, file, line), path)));
  }

  private List<Annotation> objects(
      List<DatumaroAnnotation> annotations, Optional<ImageSize> size, String path) {
    var parts = new ArrayList<Annotation>();
    for (int i = 0; i < annotations.size(); i++) {
      var annotation = annotations.get(i);
      var what = annotation.describe(i, path);
      annotation
          .resolve(labels, size, source, file, what)
          .ifPresent(part -> {
            shapes.judge(part, size, annotation.line(), what);
            parts.add(part);
          });
    }
    return GroupedParts.join(parts);
  }
}
