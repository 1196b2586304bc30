package dev.fovea.pipelines.replay;

import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.pipelines.Replay.Archive;
import dev.fovea.pipelines.evaluate.Evaluation;
import dev.fovea.pipelines.evaluate.UnderFault;
import dev.fovea.store.ObjectStore;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import tools.jackson.core.JacksonException;

/** The evaluations of releases, each fetched once, checked by its digest, and kept. */
public final class Fetched {
  private final Archive archive;
  private final ObjectStore kept;
  private final long mostBytes;
  private long bytes;

  /**
   * @param mostBytes how much is fetched at most, of all evaluations together
   */
  public Fetched(Archive archive, ObjectStore kept, long mostBytes) {
    this.archive = archive;
    this.kept = kept;
    this.mostBytes = mostBytes;
  }

  /**
   * One of a release on images as they are.
   *
   * @throws InvalidRequest when the archive gives something else, or too much
   */
  Evaluation evaluation(Digest release, Digest evaluation) throws IOException {
    fetch(release, evaluation);
    try {
      return Evaluation.read(kept, evaluation);
    } catch (JacksonException | IllegalArgumentException e) {
      throw unreadable(evaluation, e);
    }
  }

  /** One of a release under a fault; the same is thrown. */
  UnderFault sweep(Digest release, Digest evaluation) throws IOException {
    fetch(release, evaluation);
    try {
      return UnderFault.read(kept, evaluation);
    } catch (JacksonException | IllegalArgumentException e) {
      throw unreadable(evaluation, e);
    }
  }

  private void fetch(Digest release, Digest evaluation) throws IOException {
    if (kept.exists(evaluation)) {
      return;
    }
    Digest came;
    try (var in = new Counted(archive.evaluation(release, evaluation))) {
      came = kept.put(in);
    }
    if (!came.equals(evaluation)) {
      throw new InvalidRequest(
          "the server sent other bytes for evaluation %s of release %s: they are %s"
              .formatted(evaluation.abbreviated(), release.abbreviated(), came.abbreviated()),
          "ask again; where it stays so, the server's object store is damaged");
    }
  }

  private static InvalidRequest unreadable(Digest evaluation, RuntimeException cause) {
    var problem =
        new InvalidRequest(
            "evaluation %s is none that this version reads".formatted(evaluation.abbreviated()),
            "use the fovea of the server's version");
    problem.initCause(cause);
    return problem;
  }

  /** Counts what comes, and ends with a refusal when it is too much. */
  private final class Counted extends FilterInputStream {
    Counted(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int read = super.read();
      count(read < 0 ? 0 : 1);
      return read;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      int read = super.read(into, from, length);
      count(Math.max(read, 0));
      return read;
    }

    private void count(int more) {
      bytes += more;
      if (bytes > mostBytes) {
        throw new InvalidRequest(
            "the evaluations of these releases are more than %s".formatted(new ByteSize(mostBytes)),
            "ask for fewer releases, or raise --cache-limit");
      }
    }
  }
}
