package dev.fovea.web;

import static dev.fovea.web.Samples.PARCELS;
import static dev.fovea.web.Samples.READER;
import static dev.fovea.web.Samples.commit;
import static dev.fovea.web.Samples.digest;
import static dev.fovea.web.Samples.image;
import static dev.fovea.web.Samples.minutesAgo;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.pipelines.CommitStatus;
import dev.fovea.pipelines.CostReading;
import dev.fovea.pipelines.Measures;
import dev.fovea.pipelines.PrecisionFront;
import dev.fovea.pipelines.PrecisionFront.Bounded;
import dev.fovea.pipelines.PrecisionFront.Left;
import dev.fovea.pipelines.PrecisionFront.Noise;
import dev.fovea.pipelines.PrecisionFront.Point;
import dev.fovea.pipelines.Release;
import dev.fovea.pipelines.Releases;
import dev.fovea.pipelines.Verdict;
import dev.fovea.pipelines.Verdict.Curve;
import dev.fovea.pipelines.Verdict.Deciding;
import dev.fovea.pipelines.Verdict.Outcome;
import dev.fovea.pipelines.Verdict.Ruling;
import dev.fovea.teamfile.Gate.Variant;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/** Releases in every state, as the pages' preview shows them. */
final class SampleReleases implements Releases {
  private static final List<String> STEPS =
      List.of("export", "check parity", "quantize", "evaluate", "profile", "gate", "start canary");

  final List<Release> all =
      List.of(
          release(
              READER,
              6,
              Release.State.RUNNING,
              running(2, .39),
              Optional.empty(),
              "quantizing: 118 of 300 calibration images"),
          release(
              READER,
              5,
              Release.State.RELEASED,
              done(7),
              Optional.of(doubtful()),
              "5 of 6 gates pass, 1 cannot tell; the canary has started"),
          release(
              READER,
              4,
              Release.State.RELEASED,
              done(7),
              Optional.of(
                  passed()
                      .withCosts(Optional.of(costs()))
                      .withComparison(Optional.of(SampleComparisons.classes()))),
              "all gates pass; the canary has started"),
          release(
              READER,
              3,
              Release.State.REFUSED,
              done(6),
              Optional.of(refused().withComparison(Optional.of(SampleComparisons.objects()))),
              "accuracy of int8 on slice night is 81.40 % (95 % interval 78.10 % to 84.30 %),"
                  + " beyond the limit of 90.00 %"),
          release(
              READER,
              2,
              Release.State.FAILED,
              broken(),
              Optional.empty(),
              "quantize broke off: node '"
                  + Samples.HOSTILE
                  + "' has an unsupported type FLOAT8E4M3FN"),
          release(
              Samples.LONG,
              1,
              Release.State.RELEASED,
              done(7),
              Optional.of(passed()),
              "all gates pass; first of its model"));

  private static Release release(
      Name model,
      int number,
      Release.State state,
      List<Release.Step> steps,
      Optional<Verdict> verdict,
      String reason) {
    var name = model + " " + number;
    return new Release(
        digest("release " + name),
        PARCELS,
        model,
        number,
        digest("model " + name),
        digest("dataset 2"),
        commit("night crop"),
        state,
        steps,
        Optional.of(digest("fp32 " + name)),
        Optional.of(digest("int8 " + name)),
        verdict,
        state == Release.State.RELEASED ? Optional.of(digest("rollout " + name)) : Optional.empty(),
        reason,
        number == 5 ? "ci" : "ada",
        minutesAgo(number == 6 ? 1 : 60L * (8 - number)));
  }

  private static List<Release.Step> done(int count) {
    return IntStream.range(0, STEPS.size())
        .mapToObj(i ->
            i < count
                ? new Release.Step(
                    STEPS.get(i),
                    "done",
                    1,
                    Optional.of(minutesAgo(90 - 8L * i)),
                    Duration.ofMillis(1400L * (i + 1)),
                    summary(i))
                : new Release.Step(STEPS.get(i), "pending", 0, Optional.empty(), Duration.ZERO, ""))
        .toList();
  }

  private static List<Release.Step> running(int at, double progress) {
    return IntStream.range(0, STEPS.size())
        .mapToObj(i ->
            i < at
                ? done(at).get(i)
                : i == at
                    ? new Release.Step(
                        STEPS.get(i),
                        "running",
                        progress,
                        Optional.of(minutesAgo(1)),
                        Duration.ofSeconds(19),
                        "118 of 300 calibration images")
                    : new Release.Step(
                        STEPS.get(i), "pending", 0, Optional.empty(), Duration.ZERO, ""))
        .toList();
  }

  private static List<Release.Step> broken() {
    return IntStream.range(0, STEPS.size())
        .mapToObj(i ->
            i == 2
                ? new Release.Step(
                    "quantize",
                    "failed",
                    .1,
                    Optional.of(minutesAgo(300)),
                    Duration.ofSeconds(2),
                    "node '" + Samples.HOSTILE + "' has an unsupported type")
                : running(2, 0).get(i))
        .toList();
  }

  private static String summary(int step) {
    return List.of(
            "ONNX opset 20, 14 nodes, 1.7 MiB",
            "largest difference 3.1e-06 of at most 1.0e-04 over 32 inputs",
            "QDQ, 14 of 14 nodes, 0.5 MiB; worst tensor keeps 31 dB",
            "int8 96.40 % of 800, fp32 96.62 %",
            "p99 1.21 ms on local-cpu, 2,000 inferences",
            "6 rules judged",
            "canary started at 5 %")
        .get(step);
  }

  private static Verdict passed() {
    return new Verdict(
        true,
        List.of(
            ruling(
                "accuracy of int8",
                Outcome.PASS,
                "at least 95.00 %",
                .95,
                .964,
                .949,
                .975,
                "",
                "800 images of split test",
                0),
            ruling(
                "accuracy of int8 on slice night",
                Outcome.PASS,
                "at least 90.00 %",
                .90,
                .942,
                .921,
                .958,
                "",
                "200 images of slice night",
                3),
            ruling(
                "drop of accuracy from fp32 to int8",
                Outcome.PASS,
                "at most 1.00 pp",
                .01,
                .0022,
                -.004,
                .0081,
                "",
                "800 paired images",
                0),
            ruling(
                "latency-p99 of int8 on local-cpu",
                Outcome.PASS,
                "at most 4.000 ms",
                4,
                1.21,
                1.18,
                1.30,
                "ms",
                "local-cpu, 2,000 inferences",
                0),
            ruling(
                "memory of int8 on local-cpu",
                Outcome.PASS,
                "at most 64.000 MiB",
                64,
                21.5,
                21.5,
                21.5,
                "MiB",
                "local-cpu",
                0),
            ruling(
                "size of int8",
                Outcome.PASS,
                "at most 1.000 MiB",
                1,
                .46,
                .46,
                .46,
                "MiB",
                "the model file",
                0)));
  }

  private static CostReading costs() {
    return new CostReading(
        "checkout",
        "checkouts",
        20,
        0,
        Optional.of("EUR"),
        List.of(
            cost("", Variant.INT8, "test split, 800 images", .036, .025, .051, "5 in 10"),
            cost("", Variant.FP32, "test split, 800 images", .0338, .023, .049, "5 in 10"),
            cost(
                "in warm light",
                Variant.INT8,
                "slice warm-light, 200 images",
                .0076,
                .002,
                .027,
                "1 in 7"),
            cost(
                "under brightness of -40 %",
                Variant.INT8,
                "test split, 800 images, the worst of 9 strengths",
                .186,
                .157,
                .219,
                "more than 9 in 10")),
        List.of(
            "one checkout is 20 images like those measured, whose errors are independent of each"
                + " other; it fails by one wrong answer or more",
            "no image of the test split is of " + Samples.HOSTILE));
  }

  private static CostReading.Line cost(
      String where, Variant of, String on, double wrong, double low, double high, String ratio) {
    return new CostReading.Line(
        where,
        of,
        on,
        new Bounded(wrong, low, high),
        new Bounded(failing(wrong), failing(low), failing(high)),
        ratio,
        Optional.of(new Bounded(20 * wrong * .4, 20 * low * .4, 20 * high * .4)),
        ratio + " checkouts fails");
  }

  private static double failing(double wrong) {
    return 1 - Math.pow(1 - wrong, 20);
  }

  private static Verdict doubtful() {
    var rulings = new java.util.ArrayList<>(passed().rulings());
    rulings.set(
        1,
        ruling(
            "accuracy of int8 on slice night",
            Outcome.INCONCLUSIVE,
            "at least 90.00 %",
            .90,
            .905,
            .868,
            .934,
            "",
            "84 images of slice night",
            5));
    return new Verdict(false, rulings).with(Optional.of(front()));
  }

  private static PrecisionFront front() {
    return new PrecisionFront(
        "accuracy",
        .005,
        800,
        "800 images of the train split",
        "at most 14 models, 3 min 20 s and 96 MiB",
        "int8-2",
        tried("fp32", "as it was trained", 0, 0, 0, .381, 480_000),
        List.of(
            tried(
                "pruned-20-int8",
                "20 % of the channels of each layer removed, then everything in INT8 that can be",
                .0047,
                .0024,
                .0071,
                .075,
                97_000),
            tried("int8", "every operator in INT8", .0044, .0021, .0069, .142, 126_000),
            tried("int8-2", "2 of 21 operators stay in float", .0011, -.0003, .0026, .151, 139_000),
            tried("fp16", "16 bits of float", .0001, -.0002, .0004, .334, 241_000)),
        List.of(
            new Left(
                "weight-only",
                "weights in INT8, computed in float",
                List.of(),
                "dominated",
                800,
                Optional.of(new Bounded(.0012, 0, .0027)),
                "int8-2 is as right, faster and no larger")),
        List.of(new Noise("conv1", 21.4)));
  }

  private static Point tried(
      String name, String how, double drop, double low, double high, double millis, long bytes) {
    return new Point(
        name,
        how,
        List.of(),
        high <= .005,
        new Bounded(drop, low, high),
        new Bounded(millis, .98 * millis, 1.03 * millis),
        bytes,
        Optional.of(bytes * 9 / 10));
  }

  private static Verdict refused() {
    var rulings = new java.util.ArrayList<>(passed().rulings());
    rulings.set(
        1,
        swept(
            ruling(
                "least accuracy of int8 under brightness of -40 % to 40 %",
                Outcome.FAIL,
                "at least 90.00 %",
                .90,
                .814,
                .781,
                .843,
                "",
                "test split, 800 images, 9 strengths",
                12)));
    rulings.set(
        3,
        ruling(
            "latency-p99 of int8 on orin-nx-02",
            Outcome.ERROR,
            "at most 4.000 ms",
            4,
            Double.NaN,
            Double.NaN,
            Double.NaN,
            "ms",
            "orin-nx-02",
            0));
    rulings.set(
        4,
        ruling(
            "latency-p99 of int8 on local-cpu",
            Outcome.INCONCLUSIVE,
            "at most 4.000 ms",
            4,
            3.8,
            3.1,
            Double.POSITIVE_INFINITY,
            "ms",
            "local-cpu, 50 inferences",
            0));
    return new Verdict(false, rulings);
  }

  private static Ruling swept(Ruling ruling) {
    var points =
        IntStream.range(0, 9)
            .mapToObj(
                i -> new Curve.Point(-.4 + i / 10.0, .814 + .02 * i, .79 + .02 * i, .835 + .02 * i))
            .toList();
    return new Ruling(
        ruling.rule(),
        ruling.line(),
        ruling.outcome(),
        ruling.wanted(),
        ruling.limit(),
        ruling.measured(),
        ruling.low(),
        ruling.high(),
        ruling.unit(),
        ruling.on(),
        ruling.explanation() + "; it falls below the limit from 3 %",
        ruling.frames(),
        Optional.of(
            new Curve("brightness", "", points, OptionalDouble.of(.03), OptionalDouble.empty())));
  }

  private static Ruling ruling(
      String rule,
      Outcome outcome,
      String wanted,
      double limit,
      double measured,
      double low,
      double high,
      String unit,
      String on,
      int frames) {
    return new Ruling(
        rule,
        18,
        outcome,
        wanted,
        limit,
        measured,
        low,
        high,
        unit,
        on,
        rule
            + (outcome == Outcome.ERROR
                ? " could not be measured: the device has not answered for 4 min"
                : " is " + measured + ", against the limit of " + limit),
        IntStream.range(0, frames)
            .mapToObj(i ->
                new Deciding(
                    image(i),
                    "test/night/" + i + ".png",
                    i == 1 ? Samples.HOSTILE : i == 2 ? "" : String.valueOf(i % 10),
                    i == 2
                        ? "2 cup, 1 plate: average precision 41.0 %"
                        : String.valueOf((i + 3) % 10),
                    .5 + i / 50.0))
            .toList());
  }

  @Override
  public Release start(Name project, Candidate candidate) {
    return all.getFirst();
  }

  @Override
  public List<Release> releases(Name project) {
    return project.equals(PARCELS) ? all : List.of();
  }

  @Override
  public Release release(Name project, Digest digest) {
    return releases(project).stream()
        .filter(r -> r.digest().equals(digest))
        .findFirst()
        .orElseThrow(() -> new NoSuchThing("release", digest.toString(), "look in the list"));
  }

  @Override
  public Measures measures(Name project, Digest digest) {
    return SampleComparisons.measures(release(project, digest));
  }

  @Override
  public List<Request> requests(Name project, Digest digest) {
    return List.of();
  }

  @Override
  public List<CommitStatus> statuses(Name project, Digest digest) {
    var release = release(project, digest);
    return release.number() == 3
        ? release.verdict().map(verdict -> verdict.rulings()).orElse(List.of()).stream()
            .map(SampleReleases::told)
            .toList()
        : List.of();
  }

  /** Taken where the rule passed; for the others the host has no right token. */
  private static CommitStatus told(Ruling ruling) {
    boolean taken = ruling.outcome() == Outcome.PASS;
    return new CommitStatus(
        "acme/parcels",
        GitCommit.of("1a2b3c4d".repeat(5)),
        "fovea/" + ruling.rule(),
        taken ? CommitStatus.State.SUCCESS : CommitStatus.State.FAILURE,
        "%s (wanted: %s)".formatted(ruling.measured(), ruling.wanted()),
        taken ? CommitStatus.Delivery.SENT : CommitStatus.Delivery.GIVEN_UP,
        taken
            ? ""
            : "api.github.com answered 401: it does not know the token <i>" + Samples.HOSTILE,
        1,
        taken ? Optional.of(minutesAgo(3)) : Optional.empty());
  }

  @Override
  public Release of(Name project, Name model, int number) {
    return releases(project).stream()
        .filter(r -> r.model().equals(model) && r.number() == number)
        .findFirst()
        .orElseThrow(() -> new NoSuchThing("release", model + " " + number, "look in the list"));
  }
}
