package dev.fovea.onnx.quantize.search;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Problem;
import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.graph.OnnxWriter;
import dev.fovea.onnx.graph.PackedSize;
import dev.fovea.onnx.quantize.QuantizedModel;
import dev.fovea.onnx.quantize.prepare.NotQuantizable;
import dev.fovea.onnx.quantize.prepare.Preparation;
import dev.fovea.onnx.quantize.search.Front.Left;
import dev.fovea.onnx.quantize.search.Front.Reason;
import dev.fovea.onnx.quantize.search.LatencyProbe.Latency;
import dev.fovea.onnx.session.FloatTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Finds which operators of a model must stay in float: ranks them by the noise that each adds, and
 * tries ever more of the noisiest in float, by the task's own measure, the device's own time and
 * the size of the file. The same seed, the same times and the same answers give the same front.
 *
 * @param <A> what a model says to one image
 */
public final class MixedPrecisionSearch<A> {
  private static final int PROBED = 4;

  /** The float model is asked at the same time as its rounded half. */
  private static final int HALVES = 2;

  private final OnnxModel prepared;
  private final QuantizedModel int8;
  private final List<OperatorGroup> groups;
  private final Subject<A> subject;
  private final SearchSettings settings;
  private final Path folder;
  private final Path floatFile;
  private final Latency floatLatency;
  private final SearchCost cost;

  /**
   * What is searched.
   *
   * @param model the float model
   * @param quantization how INT8 models are made of it
   * @param always first outputs of nodes that stay in float in each candidate
   * @param others further candidates of any kind
   * @param examples inputs by name for the ranking, one map a batch, iterated once
   * @param exampleCount how many they are
   */
  public record Subject<A>(
      OnnxModel model,
      Quantization quantization,
      Set<String> always,
      List<Candidate> others,
      Iterable<Map<String, FloatTensor>> examples,
      int exampleCount,
      SearchTask<A> task,
      LatencyProbe latency) {
    public Subject {
      always = Set.copyOf(always);
      others = List.copyOf(others);
    }
  }

  private MixedPrecisionSearch(
      Subject<A> subject, SearchSettings settings, Path folder, QuantizedModel int8, Probe probe) {
    this.subject = subject;
    this.settings = settings;
    this.folder = folder;
    this.int8 = int8;
    prepared = Preparation.prepare(subject.model());
    groups = OperatorGroups.of(prepared, int8.report());
    floatFile = probe.file();
    floatLatency = probe.latency();
    cost = cost(probe);
  }

  private record Probe(Path file, Latency latency, double makes, double profiles, double asks) {}

  /**
   * Makes one INT8 model, and times it and the float model on a few images: from that follows what
   * the search takes. Nothing else is done before {@link #run}.
   *
   * @param folder empty; holds the candidates' files, and in the end those of the front
   * @throws NotQuantizable if the model has no operator that INT8 is known for
   * @throws Problem where the float model cannot be asked or timed
   */
  public static <A> MixedPrecisionSearch<A> plan(
      Subject<A> subject, SearchSettings settings, Path folder) throws IOException {
    if (subject.task().images() < 1) {
      throw new NotQuantizable(
          "search over 0 images (expected: >= 1)", "Give images to compare the candidates on.");
    }
    long start = System.nanoTime();
    var int8 = subject.quantization().quantize(subject.always());
    double makes = since(start);
    if (OperatorGroups.of(Preparation.prepare(subject.model()), int8.report()).isEmpty()) {
      throw new NotQuantizable(
          "model of %d nodes: none of them can compute in INT8"
              .formatted(subject.model().graph().nodes().size()),
          "Release it in float, or ask for 'type: fp16' or 'type: weight-only'.");
    }
    var file = folder.resolve("float.onnx");
    Files.write(file, OnnxWriter.bytes(subject.model()));
    boolean planned = false;
    try {
      int images = Math.min(PROBED, subject.task().images());
      start = System.nanoTime();
      var _ = subject.task().answers(file, IntStream.range(0, images).boxed().toList());
      double asks = since(start) / images;
      start = System.nanoTime();
      var latency = subject.latency().measure(file);
      var probe = new Probe(file, latency, makes, since(start), asks);
      var search = new MixedPrecisionSearch<>(subject, settings, folder, int8, probe);
      planned = true;
      return search;
    } finally {
      if (!planned) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static double since(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private SearchCost cost(Probe probe) {
    int candidates =
        Math.min(
            settings.mostCandidates(), Candidates.most(groups.size()) + subject.others().size());
    long images = subject.task().images();
    long asked = Math.multiplyExact(images, candidates + 1L);
    long ranked =
        (long) HALVES * subject.exampleCount()
            + subject.others().stream().mapToLong(Candidate::inferences).sum();
    double seconds =
        probe.makes() * candidates
            + probe.profiles() * candidates
            + probe.asks() * (asked + ranked);
    long bytes = OnnxWriter.size(subject.model()) * (candidates + 1L);
    return new SearchCost(
        candidates,
        candidates + 1,
        candidates + 1,
        asked + ranked,
        bytes,
        Duration.ofMillis((long) (seconds * 1e3)));
  }

  /** What {@link #run} takes at most. */
  public SearchCost cost() {
    return cost;
  }

  /**
   * Searches. Once only.
   *
   * @throws java.util.concurrent.CancellationException where the watch cancels it; its files are
   *     removed then
   * @throws Problem where the float model cannot be asked, or has no such measure on all images
   */
  public Front run(SearchWatch watch) throws IOException {
    var files = new ArrayList<Path>();
    files.add(floatFile);
    boolean found = false;
    try {
      var front = front(new Work(watch, cost.inferences()), files);
      found = true;
      files.removeAll(front.points().stream().flatMap(each -> each.model().stream()).toList());
      return front;
    } finally {
      remove(files, found);
    }
  }

  /** A file that cannot be removed does not hide why the search ended. */
  private static void remove(Collection<Path> files, boolean found) throws IOException {
    for (var file : files) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        if (found) {
          throw e;
        }
      }
    }
  }

  private Front front(Work work, List<Path> files) throws IOException {
    work.step("ranking %d operators".formatted(groups.size()));
    var rank =
        Sensitivity.rank(
            prepared,
            int8.model(),
            groups,
            subject.examples(),
            () -> {
              work.step("ranking %d operators".formatted(groups.size()));
              work.inferred(HALVES);
            });
    var all = new ArrayList<Candidate>(subject.others());
    all.addAll(Candidates.of(prepared, rank, subject.quantization(), subject.always()));
    var left = new ArrayList<Left>();
    var field = new ArrayList<Runner<A>>();
    var known = new HashMap<Digest, String>();
    var names = new HashSet<String>();
    for (var candidate : all.subList(0, Math.min(all.size(), settings.mostCandidates()))) {
      if (!names.add(candidate.name())) {
        throw new IllegalArgumentException(
            "candidate '%s': there twice (expected: names of their own)"
                .formatted(candidate.name()));
      }
      work.step("making and timing " + candidate.name());
      entered(candidate, work, files, known, left).ifPresent(field::add);
    }
    var base =
        new Runner<A>(
            new Candidate(Front.FLOAT, "the model as it is", Set.of(), subject::model),
            floatFile,
            Files.size(floatFile),
            packed(Files.readAllBytes(floatFile)),
            floatLatency);
    var race = new Race<>(subject.task(), settings, work, base, field, left);
    var points = race.run();
    return new Front(
        settings.budget(),
        subject.task().images(),
        base.point(true),
        points,
        left,
        rank,
        work.inferences());
  }

  private Optional<Runner<A>> entered(
      Candidate wanted, Work work, List<Path> files, Map<Digest, String> known, List<Left> left)
      throws IOException {
    var file = folder.resolve("candidate-%d.onnx".formatted(files.size()));
    var candidate = wanted;
    try {
      var made = wanted.made().get();
      candidate = wanted.as(made);
      var bytes = OnnxWriter.bytes(made.model());
      work.inferred(candidate.inferences());
      var same = known.putIfAbsent(Digest.sha256(bytes), candidate.name());
      if (same != null) {
        left.add(left(candidate, Reason.SAME, "is '%s' byte for byte".formatted(same)));
        return Optional.empty();
      }
      files.add(file);
      Files.write(file, bytes);
      var latency = subject.latency().measure(file);
      return Optional.of(new Runner<>(candidate, file, bytes.length, packed(bytes), latency));
    } catch (Problem e) {
      Files.deleteIfExists(file);
      left.add(left(candidate, Reason.FAILED, e.explanation()));
      return Optional.empty();
    }
  }

  private long packed(byte[] bytes) {
    return settings.packed() ? PackedSize.of(bytes) : 0;
  }

  private static Left left(Candidate candidate, Reason reason, String why) {
    return new Left(
        candidate.name(),
        candidate.how(),
        candidate.keptInFloat(),
        reason,
        0,
        Optional.empty(),
        why);
  }
}
