package dev.fovea.onnx.export.archive;

/**
 * What a reader accepts before it gives up on an archive.
 *
 * @param maxArchiveBytes size of the file
 * @param maxEntries files in the archive
 * @param maxJsonBytes size of one JSON file
 * @param maxItems calls, arguments, names, sizes and list elements in the program
 * @param maxTensorBytes memory for all tensors together
 */
public record Pt2Limits(
    long maxArchiveBytes, int maxEntries, int maxJsonBytes, int maxItems, long maxTensorBytes) {
  /** 4 GiB of archive, 64 MiB of JSON, 2 GiB of tensors (what one ONNX file can hold). */
  public static final Pt2Limits DEFAULT =
      new Pt2Limits(4L << 30, 100_000, 64 << 20, 4_000_000, 2L << 30);

  public Pt2Limits {
    if (maxArchiveBytes < 0
        || maxEntries < 0
        || maxJsonBytes < 0
        || maxItems < 0
        || maxTensorBytes < 0) {
      throw new IllegalArgumentException("limits: negative (expected: >= 0)");
    }
  }
}
