package dev.fovea.dvc.merge;

import dev.fovea.dvc.cache.CacheLock;
import dev.fovea.dvc.disk.AtomicFiles;
import dev.fovea.dvc.disk.WorkProblem;
import dev.fovea.dvc.remote.Remote;
import dev.fovea.dvc.work.ConflictMarkers;
import dev.fovea.dvc.work.WorkingCopy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What Git runs for a {@code .dvc} file that both sides changed (gitattributes(5), "Defining a
 * custom merge driver"): it gets three temporary files in the top of the working tree, takes what
 * is in that of our side for the result, and its exit code for whether that is settled.
 *
 * <p>Until it is merged, our side's file has both sides between Git's markers, whatever fails: one
 * that can be read would be taken for the result by whoever runs {@code git add}, and their side
 * would be lost.
 */
public final class MergeDriver {
  private static final int MOST_BYTES = 64 * 1024;

  private final Function<WorkingCopy, Supplier<Optional<Remote>>> remotes;
  private final FileMerge files;

  /**
   * @param remotes opens the remote of a working copy, where an object must come from there
   * @param files looks into files that both sides changed
   */
  public MergeDriver(Function<WorkingCopy, Supplier<Optional<Remote>>> remotes, FileMerge files) {
    this.remotes = remotes;
    this.files = files;
  }

  /**
   * Merges, and writes the result over the file of our side.
   *
   * @param base of no bytes where there is no common version
   * @param path of the {@code .dvc} file in the working tree: the cache is that of its working copy
   * @throws WorkProblem when nothing could be merged; the file of our side has both sides as they
   *     are, or is as it was where a file is too large for a .dvc file
   */
  public Merging.Merged run(Path base, Path ours, Path theirs, Path path) throws IOException {
    for (var side : List.of(base, ours, theirs)) {
      requireSmall(side);
    }
    var before = Files.readAllBytes(base);
    var mine = Files.readAllBytes(ours);
    var others = Files.readAllBytes(theirs);
    AtomicFiles.write(ours, unsettled(mine, others));
    var copy = WorkingCopy.around(nearest(path));
    try (var _ = CacheLock.share(copy.cache())) {
      var merging = new Merging(copy, remotes.apply(copy), files);
      var merged = merging.merge(text(before), text(mine), text(others));
      AtomicFiles.write(ours, merged.text().getBytes(StandardCharsets.UTF_8));
      return merged;
    }
  }

  // The folder of a file that our side deleted may be gone from the working tree.
  private static Path nearest(Path path) {
    var folder = AtomicFiles.parent(path);
    while (!Files.isDirectory(folder)) {
      folder = AtomicFiles.parent(folder);
    }
    return folder;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static void requireSmall(Path file) throws IOException {
    if (Files.size(file) > MOST_BYTES) {
      throw new WorkProblem(
          "%s has %d bytes (expected: at most %d)".formatted(file, Files.size(file), MOST_BYTES),
          "it is no .dvc file: take the driver off it in .gitattributes");
    }
  }

  // Byte by byte, since they may be no text.
  private static byte[] unsettled(byte[] ours, byte[] theirs) {
    return ConflictMarkers.of(
            new String(ours, StandardCharsets.ISO_8859_1),
            new String(theirs, StandardCharsets.ISO_8859_1))
        .getBytes(StandardCharsets.ISO_8859_1);
  }
}
