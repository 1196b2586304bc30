package dev.fovea.web.picture;

import dev.fovea.kernel.Digest;
import dev.fovea.store.NoSuchObject;
import dev.fovea.store.ObjectDamaged;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The pictures of a report, each once however often it is shown, in the order in which they were
 * asked for, as long as there is room.
 */
public final class Album {
  /** The most pictures. */
  static final int MOST_PICTURES = 60;

  /** The most characters that all of them take in the file together: 8 MiB. */
  static final long MOST_CHARS = 8L << 20;

  private static final long MAX_FILE_BYTES = 16L << 20;

  /** A decoded picture is large: one at a time in a process, whoever asks. */
  private static final ReentrantLock DECODING = new ReentrantLock();

  private final ObjectStore objects;
  private final Map<Digest, Picture> pictures = new HashMap<>();
  private final List<Picture> inOrder = new ArrayList<>();
  private final Set<Digest> crowded = new HashSet<>();
  private final Set<Digest> unreadable = new HashSet<>();
  private long chars;

  /** A picture and where the file has it. */
  public record Picture(String id, Thumbnail thumbnail) {}

  /** An empty one over this store. */
  public Album(ObjectStore objects) {
    this.objects = objects;
  }

  /** Asks for a room for this picture. */
  public void add(Digest image) throws IOException {
    if (pictures.containsKey(image) || unreadable.contains(image) || crowded.contains(image)) {
      return;
    }
    if (pictures.size() >= MOST_PICTURES || chars >= MOST_CHARS) {
      crowded.add(image);
      return;
    }
    var made = made(image);
    if (made.isEmpty()) {
      unreadable.add(image);
    } else if (chars + made.get().address().length() > MOST_CHARS) {
      crowded.add(image);
    } else {
      var picture = new Picture("picture-" + (pictures.size() + 1), made.get());
      pictures.put(image, picture);
      inOrder.add(picture);
      chars += made.get().address().length();
    }
  }

  private Optional<Thumbnail> made(Digest image) throws IOException {
    DECODING.lock();
    try {
      return objects.size(image) > MAX_FILE_BYTES
          ? Optional.empty()
          : Thumbnail.of(objects.bytes(image, MAX_FILE_BYTES));
    } catch (NoSuchObject | ObjectDamaged e) {
      return Optional.empty();
    } finally {
      DECODING.unlock();
    }
  }

  /** All of them. */
  public List<Picture> pictures() {
    return List.copyOf(inOrder);
  }

  /** The picture of this image; absent where it was left out. */
  public Optional<Picture> of(Digest image) {
    return Optional.ofNullable(pictures.get(image));
  }

  /** What was left out, in sentences. */
  public List<String> leftOut() {
    var sentences = new ArrayList<String>();
    if (!crowded.isEmpty()) {
      sentences.add(
          "%s left out: a report holds at most %d, of 8 MiB together. The release's page shows all."
              .formatted(pictures(crowded.size()), MOST_PICTURES));
    }
    if (!unreadable.isEmpty()) {
      sentences.add(
          "%s missing: no longer whole in the store, larger than 16 MiB, or no PNG or JPEG that decodes."
              .formatted(pictures(unreadable.size())));
    }
    return sentences;
  }

  private static String pictures(int count) {
    return count == 1 ? "1 picture is" : count + " pictures are";
  }
}
