package dev.fovea.pipelines;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.pipelines.LocalCheck.Watching;
import dev.fovea.pipelines.Replayed.Again;
import dev.fovea.pipelines.check.CheckCache;
import dev.fovea.pipelines.replay.Fetched;
import dev.fovea.pipelines.replay.JudgedAgain;
import dev.fovea.store.NoSuchObject;
import dev.fovea.store.ObjectDamaged;
import dev.fovea.teamfile.TeamFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Holds what the last releases recorded against another policy, by the gates of the release job.
 * Nothing is measured: a rule whose measure a release did not record is said to be so.
 */
public final class Replay {
  /** How many releases at most. */
  public static final int MOST_RELEASES = 100;

  private final Request request;
  private final Archive archive;
  private final Watching watching;

  /** Where the releases of a project are written down. */
  public interface Archive {
    /** Newest first. */
    List<Release> releases();

    /** What a release measured. */
    Measures measures(Digest release);

    /** The JSON of one of its evaluations. */
    InputStream evaluation(Digest release, Digest evaluation) throws IOException;
  }

  /**
   * What is asked for.
   *
   * @param policyText of the {@code fovea.yaml}
   * @param last how many releases, 1 to {@value Replay#MOST_RELEASES}
   * @param cache where evaluations are kept
   * @param cacheBytes above which the cache is emptied first, and how much is fetched at most
   * @param fresh whether the cache is emptied first in any case
   */
  public record Request(String policyText, int last, Path cache, long cacheBytes, boolean fresh) {
    public Request {
      if (last < 1 || last > MOST_RELEASES) {
        throw new InvalidRequest(
            "%d releases (expected: 1 to %d)".formatted(last, MOST_RELEASES),
            "ask for fewer releases");
      }
    }
  }

  public Replay(Request request, Archive archive, Watching watching) {
    this.request = request;
    this.archive = archive;
    this.watching = watching;
  }

  /**
   * Runs it.
   *
   * @throws dev.fovea.kernel.Problem when the policy has a mistake or no release, or the archive
   *     does not answer
   */
  public Replayed run() throws IOException {
    var policy = TeamFile.parse(request.policyText());
    var model = LocalCheck.release(policy).model();
    var releases =
        archive.releases().stream()
            .filter(release -> release.model().equals(model))
            .limit(request.last())
            .toList();
    try (var cache = CheckCache.open(request.cache(), request.cacheBytes())) {
      if (request.fresh()) {
        cache.clear();
      }
      try {
        return new Replayed(model, request.last(), judged(releases, policy, cache));
      } catch (ObjectDamaged | NoSuchObject _) {
        cache.clear();
        return new Replayed(model, request.last(), judged(releases, policy, cache));
      }
    }
  }

  private List<Again> judged(List<Release> releases, TeamFile policy, CheckCache cache)
      throws IOException {
    var spec = LocalCheck.release(policy);
    var fetched = new Fetched(archive, cache.objects(), request.cacheBytes());
    var judged = new ArrayList<Again>();
    for (var release : releases) {
      watching.at(
          "replay",
          judged.size() / (double) releases.size(),
          "%s %d".formatted(release.model(), release.number()));
      judged.add(JudgedAgain.of(release, spec, archive, fetched));
    }
    return judged;
  }
}
