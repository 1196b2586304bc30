package dev.fovea.store;

import dev.fovea.kernel.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Parts of objects that are on their way, and the addresses by which clients may go straight to the
 * store. A part is no object: nobody finds it by a digest, it may be sent again, and it is deleted.
 *
 * <p>A part that was taken survives the end of the process. What a failure of the machine takes of
 * it is noticed at the latest when it is read to its end.
 */
public interface Transfers {
  /**
   * Takes a part; one of the same number that came before it may be gone afterwards. All or
   * nothing, as with objects.
   *
   * @return its tag, which no part of other bytes has; 1 to 128 printable characters
   */
  String put(PartKey key, InputStream bytes) throws IOException;

  /** The part's size in bytes; empty where there is none with this tag. */
  OptionalLong size(PartKey key, String tag) throws IOException;

  /**
   * Opens a part.
   *
   * @throws PartGone when there is none with this tag
   */
  InputStream open(PartKey key, String tag) throws IOException;

  /**
   * Deletes what was sent of an upload; what isn't there is passed over.
   *
   * @param upload the upload of the parts' keys
   * @param parts how many there can be
   */
  void delete(String upload, int parts) throws IOException;

  /** The addresses by which clients go straight to the store; empty where they go through Fovea. */
  Optional<DirectAddresses> direct();

  /** Signed addresses, which need no other login and end by themselves. */
  interface DirectAddresses {
    /**
     * Where a client may {@code PUT} a part. The answer's {@code ETag} is the part's tag.
     *
     * @param valid a second to seven days
     */
    URI part(PartKey key, Duration valid);

    /**
     * Where a client may {@code GET} an object, whole or by ranges; sent as a download. Nobody
     * checks on the way what it gets.
     *
     * @param fileName what a browser calls it
     * @param valid a second to seven days
     */
    URI object(Digest digest, String fileName, Duration valid);
  }
}
