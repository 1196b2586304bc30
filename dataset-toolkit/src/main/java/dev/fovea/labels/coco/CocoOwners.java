package dev.fovea.labels.coco;

import dev.fovea.labels.format.LabelMistake;
import dev.fovea.labels.format.LabelSource;
import dev.fovea.labels.json.JsonCursor;
import java.io.IOException;
import java.util.Arrays;

/**
 * Which annotations of a large file are whose, so that a window of images can be chosen by their
 * size and the rest be skipped unread: 8 bytes for each image, and up to 8 for each annotation.
 */
final class CocoOwners {
  private static final int UNKNOWN = -1;

  private final CocoIndex index;
  private final long[] bytes;
  private int[] owners = new int[1024];
  private int count;

  private CocoOwners(CocoIndex index) {
    this.index = index;
    this.bytes = new long[index.images()];
  }

  static CocoOwners read(LabelSource source, CocoFile file, CocoIndex index)
      throws IOException, LabelMistake {
    var owners = new CocoOwners(index);
    JsonCursor.read(
        source,
        file.path(),
        json ->
            json.object(name -> {
              switch (name) {
                case "annotations" -> json.list(() -> owners.add(json));
                case "images" -> owners.addImages(json);
                default -> json.skip();
              }
            }));
    return owners;
  }

  private void addImages(JsonCursor json) throws IOException, LabelMistake {
    var place = new int[1];
    json.list(() -> {
      long start = json.bytes();
      json.skip();
      if (place[0] < bytes.length) { // else the file has grown since
        bytes[place[0]++] += json.bytes() - start + 1;
      }
    });
  }

  private void add(JsonCursor json) throws IOException, LabelMistake {
    long start = json.bytes();
    var owner = new int[] {UNKNOWN};
    json.object(field -> {
      if (field.equals("image_id")) {
        owner[0] = index.place(json.whole());
      } else {
        json.skip();
      }
    });
    if (owner[0] != UNKNOWN) {
      bytes[owner[0]] += json.bytes() - start + 1;
    }
    if (count == owners.length) {
      owners = Arrays.copyOf(owners, 2 * count);
    }
    owners[count++] = owner[0];
  }

  /** The place of the first image behind a window that takes about so many bytes of JSON. */
  int end(int first, long most) {
    long held = bytes[first];
    int end = first + 1;
    while (end < bytes.length && held + bytes[end] <= most) {
      held += bytes[end++];
    }
    return end;
  }

  /** Whether an annotation is that of an image outside the window. */
  boolean isElsewhere(int annotation, int first, int end) {
    int owner = owners[annotation];
    return owner != UNKNOWN && (owner < first || owner >= end);
  }
}
