package dev.fovea.dvc.transfer;

import dev.fovea.dvc.Md5;
import dev.fovea.dvc.disk.Progress;
import dev.fovea.dvc.disk.SideBySide;
import dev.fovea.dvc.transfer.Verifying.Fault;
import dev.fovea.dvc.transfer.Verifying.Hole;
import dev.fovea.dvc.transfer.Verifying.Verified;
import dev.fovea.kernel.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Whether files are, byte for byte, those that somebody signed for. */
public final class SignedContents {
  private static final int THREADS = 16;
  private static final int BUFFER = 256 << 10;

  private final Source source;
  private final Progress progress;

  public SignedContents(Source source, Progress progress) {
    this.source = source;
    this.progress = progress;
  }

  /** Where the files are: a folder, or a remote that has them by their MD5. */
  @FunctionalInterface
  public interface Source {
    /** Its bytes as they come; absent where it is not there. */
    Optional<InputStream> open(Content content) throws IOException;
  }

  /**
   * What a file has to be.
   *
   * @param path inside the dataset folder
   * @param md5 DVC's name of its bytes
   * @param sha256 of the same bytes
   * @param bytes how many
   */
  public record Content(String path, String md5, Digest sha256, long bytes) {}

  /** Reads every one, and no more of it than it may have. */
  public Verified verify(List<Content> contents, String what) throws IOException {
    Queue<Hole> holes = new ConcurrentLinkedQueue<>();
    progress.begin("reading " + what, contents.size(), 0);
    SideBySide.each(
        contents,
        THREADS,
        () -> new byte[BUFFER],
        (buffer, content) -> {
          var in = source.open(content);
          if (in.isEmpty()) {
            holes.add(new Hole(content.path(), content.md5(), Fault.MISSING));
            return;
          }
          try (var stream = in.get()) {
            if (!is(content, stream, buffer)) {
              holes.add(new Hole(content.path(), content.md5(), Fault.DAMAGED));
            }
          }
          progress.did(1, content.bytes());
        });
    progress.end();
    var sorted = new ArrayList<>(holes);
    sorted.sort(Comparator.comparing(Hole::path));
    return new Verified(contents.size(), sorted);
  }

  // MD5 alone would do for nobody: two images with one MD5 can be made in seconds.
  private static boolean is(Content content, InputStream stream, byte[] buffer) throws IOException {
    var md5 = Md5.hasher();
    var sha256 = Digest.hasher();
    long bytes = 0;
    for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
      bytes += n;
      if (bytes > content.bytes()) {
        return false;
      }
      md5.update(buffer, 0, n);
      sha256.update(buffer, 0, n);
    }
    var hex = HexFormat.of();
    return bytes == content.bytes()
        && hex.formatHex(md5.digest()).equals(content.md5())
        && hex.formatHex(sha256.digest()).equals(content.sha256().hex());
  }
}
