package dev.fovea.pipelines;

import dev.fovea.datasets.LocalFolder;
import dev.fovea.datasets.LocalFolder.LocalFile;
import dev.fovea.datasets.LocalFolder.Seen;
import dev.fovea.datasets.Push.Finding;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.lab.OwnMachine;
import dev.fovea.pipelines.artefact.Artefacts;
import dev.fovea.pipelines.check.CheckCache;
import dev.fovea.pipelines.check.FilesInPlace;
import dev.fovea.pipelines.check.KeptProfiles;
import dev.fovea.pipelines.release.LocalRelease;
import dev.fovea.registry.ModelVersion.Format;
import dev.fovea.store.NoSuchObject;
import dev.fovea.store.ObjectDamaged;
import dev.fovea.store.ObjectStore;
import dev.fovea.teamfile.DatasetSpec;
import dev.fovea.teamfile.ReleaseSpec;
import dev.fovea.teamfile.TeamFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/**
 * The verdict that a release of a model file would come to, without a server: the dataset folder
 * goes through the gate of a push, and the model through the steps of the release job, in this
 * process. Nothing is written outside of the cache.
 */
public final class LocalCheck {
  private static final int SHOWN_FINDINGS = 10;
  private static final long LIMIT_SEEN_BYTES = 16L << 20;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Request request;
  private final Watching watching;

  /**
   * What is asked for.
   *
   * @param model an {@code .onnx} or {@code .pt2} file
   * @param recording the inputs and outputs that the exported model must repeat, where there are
   * @param data the dataset's folder
   * @param policyText of the {@code fovea.yaml}
   * @param device what rules call this machine
   * @param cache where intermediate results are kept
   * @param cacheBytes above which the cache is emptied first
   * @param fresh whether everything is made anew
   */
  public record Request(
      Path model,
      Optional<Path> recording,
      Path data,
      String policyText,
      Name device,
      Path cache,
      long cacheBytes,
      boolean fresh) {}

  /** Is told how far it has come. */
  @FunctionalInterface
  public interface Watching {
    /**
     * A step is so far.
     *
     * @param share done, 0 to 1
     */
    void at(String step, double share, String summary);

    /** What a search is going to take, before it starts. */
    default void cost(String step, String words) {
      at(step, 0, words);
    }
  }

  /**
   * What came of it.
   *
   * @param modelDigest of the model file
   * @param dataset the version that a push of the folder would make
   * @param folder DVC's name of the folder
   * @param findings of the quality gate, none of which refuses
   */
  public record Checked(
      Name model,
      Digest modelDigest,
      Digest dataset,
      String folder,
      Digest fp32,
      Digest int8,
      Verdict verdict,
      List<Release.Step> steps,
      List<Finding> findings) {
    public Checked {
      steps = List.copyOf(steps);
      findings = List.copyOf(findings);
    }
  }

  /** What was seen in a folder before. */
  private record Kept(Digest manifest, List<Finding> findings) {}

  public LocalCheck(Request request, Watching watching) {
    this.request = request;
    this.watching = watching;
  }

  /**
   * Runs it.
   *
   * @throws dev.fovea.kernel.Problem when the server would refuse the team file or the folder, or
   *     its release job would fail
   */
  public Checked run() throws Exception {
    var policy = TeamFile.parse(request.policyText());
    var release = release(policy);
    var format = format(request.model());
    try (var cache = CheckCache.open(request.cache(), request.cacheBytes())) {
      if (request.fresh()) {
        cache.clear();
      }
      try {
        return run(policy, release, format, cache);
      } catch (ObjectDamaged | NoSuchObject _) {
        // Of the cache, or a file that was changed meanwhile: both are well when begun anew.
        cache.clear();
        return run(policy, release, format, cache);
      }
    }
  }

  private Checked run(TeamFile policy, ReleaseSpec release, Format format, CheckCache cache)
      throws Exception {
    var folder =
        LocalFolder.read(
            request.data(),
            (done, all) ->
                watching.at("read", done / (double) all, "file %d of %d".formatted(done, all)));
    var model = Digest.sha256(request.model());
    var files = new HashMap<Digest, Path>();
    for (LocalFile file : folder.files()) {
      files.put(file.digest(), file.place());
    }
    files.put(model, request.model());
    var recording = Optional.<Digest>empty();
    if (request.recording().isPresent()) {
      var place = regular(request.recording().get(), "recording");
      recording = Optional.of(Digest.sha256(place));
      files.put(recording.get(), place);
    }
    var objects = new FilesInPlace(files, cache.objects());
    var artefacts = new Artefacts(cache, objects);
    var seen = seen(folder, dataset(policy, release), artefacts, objects);
    var lab = new KeptProfiles(new OwnMachine(request.device(), objects), artefacts, objects);
    var judged =
        new LocalRelease(artefacts, objects, lab, watching)
            .judge(
                new LocalRelease.Candidate(
                    model, format, recording, seen.manifest(), policy, request.policyText()));
    return new Checked(
        release.model(),
        model,
        seen.manifest(),
        folder.name(),
        judged.fp32(),
        judged.int8(),
        judged.verdict(),
        judged.steps(),
        seen.findings());
  }

  /** What the quality gate says; decodes images only where the folder was not seen before. */
  private Kept seen(LocalFolder folder, DatasetSpec spec, Artefacts artefacts, ObjectStore objects)
      throws Exception {
    var recipe =
        new Artefacts.Recipe(
            "check-dataset-1",
            List.of(
                request.data().toString(),
                folder.digest().toString(),
                JSON.writeValueAsString(spec)));
    var kept =
        artefacts.made(
            recipe,
            () -> {
              var seen =
                  folder.check(
                      request.data().toString(),
                      spec,
                      objects,
                      (done, all) ->
                          watching.at(
                              "dataset",
                              done / (double) all,
                              "image %d of %d".formatted(done, all)));
              requireAccepted(seen);
              return objects.put(
                  JSON.writeValueAsBytes(
                      new Kept(seen.manifest().write(objects), seen.findings())));
            });
    return JSON.readValue(objects.bytes(kept, LIMIT_SEEN_BYTES), Kept.class);
  }

  private static void requireAccepted(Seen seen) {
    if (seen.refusing() > 0) {
      throw new InvalidRequest(
          seen.findings().stream()
              .filter(Finding::refuses)
              .limit(SHOWN_FINDINGS)
              .map(Finding::sentence)
              .collect(
                  Collectors.joining(
                      "\n  ",
                      "the server would refuse a push of this dataset, for %d findings:\n  "
                          .formatted(seen.refusing()),
                      "")),
          "correct the files named, or what 'quality' in fovea.yaml refuses");
    }
  }

  /**
   * How a policy has models judged.
   *
   * @throws InvalidRequest when it does not say
   */
  public static ReleaseSpec release(TeamFile policy) {
    return policy
        .release()
        .orElseThrow(() ->
            new InvalidRequest(
                "fovea.yaml has no 'release', so no model can be judged",
                "add a 'release' with model, dataset, preprocess and gates"));
  }

  private static DatasetSpec dataset(TeamFile policy, ReleaseSpec release) {
    return Optional.ofNullable(policy.datasets().get(release.dataset())).orElseThrow();
  }

  private static Format format(Path model) {
    var name = String.valueOf(regular(model, "model").getFileName()).toLowerCase(Locale.ROOT);
    if (name.endsWith(".onnx")) {
      return Format.ONNX;
    }
    if (name.endsWith(".pt2")) {
      return Format.PT2;
    }
    throw new InvalidRequest(
        "model '%s' (expected: a file .onnx or .pt2)".formatted(model),
        "export the model with torch.export.save to a .pt2 file");
  }

  private static Path regular(Path file, String what) {
    if (!Files.isRegularFile(file)) {
      throw new InvalidRequest(
          "there is no %s file %s".formatted(what, file), "name a file that is there");
    }
    return file;
  }
}
