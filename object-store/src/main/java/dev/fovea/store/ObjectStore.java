package dev.fovea.store;

import dev.fovea.kernel.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Objects named by the SHA-256 of their bytes: written once, never changed, verified on every read.
 *
 * <p>A write is all or nothing: when {@code put} returns, the object is durable and whole; when it
 * throws, nothing is visible. Two writers of the same bytes both succeed and leave one object. Safe
 * for many threads and many processes.
 */
public interface ObjectStore {
  /**
   * Stores what remains in the stream, which is read to its end and left open; an object that
   * exists is left as it is.
   */
  Digest put(InputStream bytes) throws IOException;

  /** Stores these bytes. */
  default Digest put(byte[] bytes) throws IOException {
    return put(new ByteArrayInputStream(bytes));
  }

  /** Stores a file's content. */
  default Digest put(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return put(in);
    }
  }

  /**
   * Opens an object. The stream checks the digest as it is read and throws {@link ObjectDamaged} at
   * its end where it does not match.
   *
   * @throws NoSuchObject when there is none
   */
  InputStream open(Digest digest) throws IOException;

  /**
   * The whole object, verified.
   *
   * @throws NoSuchObject when there is none
   * @throws ObjectDamaged when the bytes are not those that were written
   * @throws IOException also when it is larger than {@code limitBytes}
   */
  default byte[] bytes(Digest digest, long limitBytes) throws IOException {
    var size = size(digest);
    if (size > limitBytes) {
      throw new IOException(
          "object %s: %d bytes (expected: at most %d)".formatted(digest, size, limitBytes));
    }
    try (var in = open(digest)) {
      return in.readAllBytes();
    }
  }

  /**
   * A verified file with the object's content, for libraries that want a path. Read-only to the
   * caller, who closes it when done.
   */
  LocalObject local(Digest digest) throws IOException;

  /** Whether there is one. Does not read it. */
  boolean exists(Digest digest) throws IOException;

  /**
   * The object's size in bytes.
   *
   * @throws NoSuchObject when there is none
   */
  long size(Digest digest) throws IOException;

  /**
   * What goes in parts, or past Fovea.
   *
   * @throws UnsupportedOperationException where objects are never sent to this store in parts
   */
  default Transfers transfers() {
    throw new UnsupportedOperationException("this store takes no parts of objects");
  }

  /** A file that lives until it is closed. */
  interface LocalObject extends AutoCloseable {
    Path path();

    @Override
    void close();
  }
}
