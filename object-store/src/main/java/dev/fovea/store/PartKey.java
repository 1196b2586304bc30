package dev.fovea.store;

import dev.fovea.kernel.Text;
import java.util.regex.Pattern;

/**
 * Names a part of an object that is on its way.
 *
 * @param upload 32 lower-case hex digits, drawn anew for each object that is sent
 * @param number 1 to 10,000
 */
public record PartKey(String upload, int number) {
  /** S3's own limit, see "Amazon S3 multipart upload limits". */
  public static final int MOST_PARTS = 10_000;

  private static final Pattern UPLOAD = Pattern.compile("[0-9a-f]{32}");

  public PartKey {
    checkUpload(upload);
    if (number < 1 || number > MOST_PARTS) {
      throw new IllegalArgumentException(
          "part: number %d (expected: 1 to %d)".formatted(number, MOST_PARTS));
    }
  }

  /** The upload's name, which becomes part of paths and keys. */
  private static String checkUpload(String upload) {
    if (!UPLOAD.matcher(upload).matches()) {
      throw new IllegalArgumentException(
          "upload: '%s' (expected: 32 lower-case hex digits)".formatted(Text.excerpt(upload)));
    }
    return upload;
  }
}
