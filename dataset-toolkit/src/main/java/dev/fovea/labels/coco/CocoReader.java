package dev.fovea.labels.coco;

import dev.fovea.kernel.Text;
import dev.fovea.labels.Annotation;
import dev.fovea.labels.ImageSize;
import dev.fovea.labels.LabelledImage;
import dev.fovea.labels.Licence;
import dev.fovea.labels.format.Finding.Kind;
import dev.fovea.labels.format.LabelFormat.ImageConsumer;
import dev.fovea.labels.format.LabelMistake;
import dev.fovea.labels.format.LabelSource;
import dev.fovea.labels.format.ShapeFindings;
import dev.fovea.labels.json.JsonCursor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Hands on one COCO file's images with their annotations. The file keeps these apart and in any
 * order, so it is read again for every window of images whose JSON is about as large as may be held
 * at once: a small file once more after its index, a file of 4 GB with the default limit 64 times,
 * each time skipping what is another window's.
 */
final class CocoReader {
  private final LabelSource source;
  private final CocoFile file;
  private final CocoIndex index;
  private final ShapeFindings shapes;

  CocoReader(LabelSource source, CocoFile file, CocoIndex index) {
    this.source = source;
    this.file = file;
    this.index = index;
    this.shapes = new ShapeFindings(source.findings(), file.path());
  }

  void read(ImageConsumer images) throws IOException, LabelMistake {
    var owners =
        index.bytes() <= source.limits().heldBytes()
            ? Optional.<CocoOwners>empty()
            : Optional.of(CocoOwners.read(source, file, index));
    int first = 0;
    while (first < index.images()) {
      int from = first;
      int end =
          owners.map(each -> each.end(from, source.limits().heldBytes())).orElse(index.images());
      var window = new Window(owners, first, end);
      JsonCursor.read(source, file.path(), window::read);
      window.handOn(images);
      first = end;
    }
  }

  /** The images from one place to another, and the annotations that are theirs. */
  private final class Window {
    private final int first;
    private final int end;
    private final List<Optional<LabelledImage>> images = new ArrayList<>();
    private final List<Optional<ImageSize>> sizes = new ArrayList<>();
    private final List<List<CocoAnnotation>> annotations = new ArrayList<>();
    private final Optional<CocoOwners> owners;
    private int place;
    private int count;

    Window(Optional<CocoOwners> owners, int first, int end) {
      this.owners = owners;
      this.first = first;
      this.end = end;
      for (int i = first; i < end; i++) {
        annotations.add(new ArrayList<>());
      }
    }

    void read(JsonCursor json) throws IOException, LabelMistake {
      place = 0;
      json.object(name -> {
        switch (name) {
          case "images" ->
              json.list(() -> {
                if (place >= first && place < end) {
                  images.add(image(json, place));
                } else {
                  json.skip();
                }
                place++;
              });
          case "annotations" ->
              json.list(() -> {
                int at = count++;
                if (owners.isPresent() && owners.get().isElsewhere(at, first, end)) {
                  json.skip();
                } else {
                  add(CocoAnnotation.read(json, source.limits()), json);
                }
              });
          default -> json.skip();
        }
      });
    }

    private void add(CocoAnnotation annotation, JsonCursor json) throws LabelMistake {
      int at = annotation.image().isPresent() ? index.place(annotation.image().getAsLong()) : -1;
      if (at < 0 && first == 0) {
        source
            .findings()
            .add(
                Kind.UNKNOWN_IMAGE,
                file.path(),
                annotation.line(),
                "an annotation with image_id %s (expected: the id of an image)"
                    .formatted(shown(annotation.image())));
      } else if (at >= first && at < end) {
        if (annotations.get(at - first).size() == source.limits().annotations()) {
          throw json.mistake(
              "more than %d annotations of one image".formatted(source.limits().annotations()));
        }
        annotations.get(at - first).add(annotation);
      }
    }

    private Optional<LabelledImage> image(JsonCursor json, int at)
        throws IOException, LabelMistake {
      var found =
          new Object() {
            String path = "";
            OptionalLong id = OptionalLong.empty();
            double width;
            double height;
            Optional<Licence> licence = Optional.empty();
            CocoExtras extras = new CocoExtras(CocoExtras.MOST_CHARS);
          };
      int line = json.line();
      json.object(name -> {
        switch (name) {
          case "id" -> found.id = OptionalLong.of(json.whole());
          case "file_name" -> found.path = json.text();
          case "width" -> found.width = json.number();
          case "height" -> found.height = json.number();
          default -> {
            if (name.equals("license") && json.isWhole()) {
              found.licence = Optional.of(index.licence(json.whole()));
            } else {
              found.extras.read(name, json, lost -> notKept(line, lost));
            }
          }
        }
      });
      var path = file.images() + found.path;
      if (index.place(found.id.orElse(0)) != at) {
        source
            .findings()
            .add(
                Kind.DUPLICATE,
                file.path(),
                line,
                "image id %s of '%s' twice; the first has the annotations"
                    .formatted(shown(found.id), Text.excerpt(path)));
      }
      var stated = ImageSize.stated(found.width, found.height);
      if (!source.accepts(path, file.path(), line)) {
        sizes.add(stated);
        return Optional.empty();
      }
      sizes.add(source.judged(path, stated, file.path(), line));
      return Optional.of(
          new LabelledImage(path, file.split(), Optional.empty(), found.id, stated, List.of())
              .with(found.licence, found.extras.extras()));
    }

    private void notKept(int line, String field) {
      source
          .findings()
          .notKept(file.path(), line, "the image field '%s'".formatted(Text.excerpt(field)));
    }

    void handOn(ImageConsumer consumer) throws IOException {
      for (int i = 0; i < images.size(); i++) {
        if (images.get(i).isPresent()) {
          consumer.accept(joined(images.get(i).get(), sizes.get(i), annotations.get(i)));
        }
      }
    }

    private LabelledImage joined(
        LabelledImage image, Optional<ImageSize> size, List<CocoAnnotation> own) {
      var resolved = new ArrayList<Annotation>();
      for (var annotation : own) {
        var what = annotation.describe(Text.excerpt(image.path()));
        var label =
            annotation.category().isPresent()
                ? index.name(annotation.category().getAsLong())
                : Optional.<String>empty();
        if (label.isEmpty()) {
          source
              .findings()
              .add(
                  Kind.UNKNOWN_CLASS,
                  file.path(),
                  annotation.line(),
                  "%s has category_id %s (expected: the id of a category)"
                      .formatted(what, shown(annotation.category())));
          continue;
        }
        annotation
            .resolve(label.get(), size, source.findings(), file.path(), what)
            .ifPresent(whole -> {
              shapes.judge(whole, size, annotation.line(), what);
              resolved.add(whole);
            });
      }
      return image.withAnnotations(resolved);
    }
  }

  private static String shown(OptionalLong id) {
    return id.isPresent() ? Long.toString(id.getAsLong()) : "missing";
  }
}
