package dev.fovea.labels.coco;

import dev.fovea.labels.Extras;
import dev.fovea.labels.format.LabelMistake;
import dev.fovea.labels.json.JsonCursor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Gathers the fields of one object that nothing else reads, up to so many characters in all. */
final class CocoExtras {
  /** What an image, an annotation or a category may say besides. */
  static final int MOST_CHARS = 64 << 10;

  private final Map<String, String> fields = new LinkedHashMap<>();
  private int left;

  CocoExtras(int mostChars) {
    this.left = mostChars;
  }

  /**
   * Reads a field's value.
   *
   * @param lost told its name if there is no more room for it
   */
  void read(String name, JsonCursor json, Consumer<String> lost) throws LabelMistake {
    int room = Math.max(0, left - name.length());
    var value = json.raw(room);
    if (value.isPresent()) {
      fields.put(name, value.get());
      left = Math.max(0, room - value.get().length());
    } else {
      lost.accept(name);
    }
  }

  Extras extras() {
    return fields.isEmpty() ? Extras.NONE : new Extras(fields);
  }
}
