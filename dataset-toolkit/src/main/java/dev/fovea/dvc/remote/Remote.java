package dev.fovea.dvc.remote;

import dev.fovea.dvc.Naming;
import dev.fovea.dvc.pack.PackFiles;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A DVC remote: objects by name, laid out as {@code files/md5/ab/cdef…}. A name is 32 lower-case
 * hex digits, and {@code .dir} behind those of a folder. Nothing is ever half there. Many threads
 * may use it at once.
 *
 * <p>Who writes keeps DVC's order: the object of a folder comes after those of its files, so that
 * its presence proves theirs.
 */
public interface Remote extends AutoCloseable {
  /** What a remote has of an object: no bytes of it are checked. */
  record Listed(String name, long bytes, Instant modified) {}

  /**
   * An object that is to be sent.
   *
   * @param file whose bytes it has
   * @param offset where they begin in the file; 0 where it is the whole file
   */
  record Upload(String name, Path file, long offset, long bytes) {
    /** One that a whole file is. */
    public Upload(String name, Path file, long bytes) {
      this(name, file, 0, bytes);
    }

    /** All bytes of a small one. */
    public byte[] read() throws IOException {
      if (offset == 0) {
        return Files.readAllBytes(file);
      }
      var all = ByteBuffer.allocate(Math.toIntExact(bytes));
      try (var from = FileChannel.open(file)) {
        while (all.hasRemaining()) {
          if (from.read(all, offset + all.position()) < 0) {
            throw new EOFException(
                "%s ends before byte %d, where %s ends".formatted(file, offset + bytes, name));
          }
        }
      }
      return all.array();
    }
  }

  /** For people. */
  String address();

  /**
   * The same remote for objects that are named otherwise; this one has those of DVC 3. It is closed
   * with this one.
   */
  default Remote named(Naming naming) {
    if (naming == Naming.MD5) {
      return this;
    }
    throw new UnsupportedOperationException(
        "%s can't be asked for objects of DVC 2".formatted(address()));
  }

  /** The same without what lies in packs: the objects that stock {@code dvc} finds. */
  default Remote loose() {
    return this;
  }

  /** Where packs of small objects lie; absent where there can be none. */
  default Optional<PackFiles> packFiles() {
    return Optional.empty();
  }

  /** What the remote has under a name; absent where it is not there. */
  Optional<Listed> find(String name) throws IOException;

  /** Whether it is there. */
  default boolean has(String name) throws IOException {
    return find(name).isPresent();
  }

  /** How many may be asked for by one {@link #among}. */
  int ASKED_TOGETHER = 10_000;

  /**
   * Those of some that are there, by one question. Absent where the remote must be asked for each.
   *
   * @param names {@link #ASKED_TOGETHER} at most
   */
  default Optional<Set<String>> among(Set<String> names) throws IOException {
    return Optional.empty();
  }

  /**
   * Those whose names begin so, in any order.
   *
   * @param prefix 2 or more hex digits
   */
  void list(String prefix, Consumer<Listed> each) throws IOException;

  /** Whether {@link #list} may be asked. */
  default boolean lists() {
    return true;
  }

  /** Its bytes as they come: the reader checks them. Absent where it is not there. */
  Optional<InputStream> open(String name) throws IOException;

  /** Sends one. The same again changes nothing. */
  void put(Upload object) throws IOException;

  /**
   * Sends several small ones, in one request where the remote can.
   *
   * @param sent is told of each when it is there
   */
  default void putAll(Collection<Upload> objects, Consumer<Upload> sent) throws IOException {
    for (var object : objects) {
      put(object);
      sent.accept(object);
    }
  }

  /** How many may be sent by one {@link #putAll}. */
  default int together() {
    return 1;
  }

  /**
   * A word that somebody left beside the objects, under {@code fovea/leases}.
   *
   * @param text a moment, as {@link Instant#toString} writes it
   */
  record Marker(String name, String text) {
    /** Whether it was left after a moment; a text that is no moment counts. */
    boolean counts(Instant after) {
      try {
        return Instant.parse(text).isAfter(after);
      } catch (java.time.format.DateTimeParseException _) {
        return true;
      }
    }
  }

  /** Leaves a word; the same name again replaces it. Nothing where {@link #lists} is false. */
  void mark(String name, String text) throws IOException;

  /** Takes it away. */
  void unmark(String name) throws IOException;

  /** All that are left now. */
  List<Marker> markers() throws IOException;

  /** Removes them; those that are gone already don't matter. */
  void remove(Collection<String> names) throws IOException;

  @Override
  void close() throws IOException;
}
