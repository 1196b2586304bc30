package dev.fovea.pipelines.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.lab.ProfileFinished;
import dev.fovea.pipelines.CostReading;
import dev.fovea.pipelines.Measures;
import dev.fovea.pipelines.Release;
import dev.fovea.pipelines.Releases.Candidate;
import dev.fovea.pipelines.Replay;
import dev.fovea.pipelines.Replayed;
import dev.fovea.pipelines.Replayed.Change;
import dev.fovea.pipelines.Replayed.Standing;
import dev.fovea.pipelines.Replayed.Unmeasured;
import dev.fovea.pipelines.Verdict.Outcome;
import dev.fovea.pipelines.Verdict.Ruling;
import dev.fovea.pipelines.fixture.Shades;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** Releases that the whole job made, under policies that came later. */
class ReplayTest {
  private static final String POLICY = ReleaseBench.POLICY;
  private static final String SWEEP =
      "    - {measure: accuracy-under, sweep: brightness, range: [-60%%, +20%%], at-least: %s}\n";
  private static final long PLENTY = 1L << 30;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @TempDir private Path home;

  @Test
  void saysUnderTheSamePolicyWhatTheReleaseJobSaid() throws Exception {
    try (var bench = bench(0, POLICY)) {
      var release = run(bench);
      var again = only(replay(bench, POLICY));
      assertThat(again.change()).isEqualTo(Change.SAME);
      assertThat(again.then()).isEqualTo(Standing.PASSED);
      assertThat(again.unmeasured()).isEmpty();
      assertThat(again.notes()).isEmpty();
      assertThat(again.rulings()).isEqualTo(release.verdict().orElseThrow().rulings());
      assertThat(again.release()).isEqualTo(release.digest());
    }
    try (var bench = bench(50, POLICY)) {
      var release = run(bench);
      var again = only(replay(bench, POLICY));
      assertThat(again.change()).isEqualTo(Change.SAME);
      assertThat(again.now()).isEqualTo(Standing.REFUSED);
      assertThat(again.rulings())
          .extracting(Ruling::explanation)
          .isEqualTo(
              release.verdict().orElseThrow().rulings().stream().map(Ruling::explanation).toList());
      assertThat(again.rulings())
          .as("images stay on the server")
          .allMatch(r -> r.frames().isEmpty());
    }
  }

  @Test
  void namesTheRuleThatWouldHaveRefusedARelease() throws Exception {
    try (var bench = bench(0, POLICY)) {
      run(bench);
      var replayed = replay(bench, POLICY.replace("at-most: 5ms", "at-most: 0.5ms"));
      var again = only(replayed);
      assertThat(again.change()).isEqualTo(Change.WORSE);
      assertThat(replayed.count(Change.WORSE)).isOne();
      assertThat(again.refusalsNow())
          .singleElement()
          .satisfies(ruling -> {
            assertThat(ruling.rule()).isEqualTo("latency-p99 of int8 on local-cpu");
            assertThat(ruling.wanted()).isEqualTo("at most 0.500 ms");
            assertThat(ruling.measured()).isEqualTo(1);
            assertThat(ruling.low()).isEqualTo(0.9);
            assertThat(ruling.high()).isEqualTo(1.1);
          });
      assertThat(again.refusals()).isEmpty();
    }
  }

  @Test
  void namesTheRuleThatWouldNoLongerRefuseARelease() throws Exception {
    try (var bench = bench(50, POLICY)) {
      run(bench);
      var again =
          only(
              replay(
                  bench,
                  POLICY
                      .replace("at-least: 0.9}", "at-least: 0.4}")
                      .replace("at-least: 0.8}", "at-least: 0.4}")));
      assertThat(again.change()).isEqualTo(Change.BETTER);
      assertThat(again.refusals())
          .extracting(Ruling::rule)
          .containsExactly("accuracy of int8", "accuracy of int8 on slice night");
      assertThat(again.rulings()).allMatch(ruling -> ruling.outcome() == Outcome.PASS);
    }
  }

  @Test
  void judgesARuleThatIsNewByWhatWasMeasuredForOthers() throws Exception {
    try (var bench = bench(0, POLICY)) {
      run(bench);
      var gates =
          """
              - {measure: worst-recall, of: fp32, at-least: 0.9}
              - {measure: accuracy, drop: [fp32, int8], at-most: 0.5pp}
              - {measure: memory, of: fp32, device: local-cpu, at-most: 2 MiB}
              - {measure: size, of: int8, at-most: 1 B}
          """;
      var again = only(replay(bench, POLICY + gates));
      assertThat(again.unmeasured()).isEmpty();
      assertThat(again.rulings())
          .extracting(Ruling::outcome)
          .containsExactly(
              Outcome.PASS,
              Outcome.PASS,
              Outcome.PASS,
              Outcome.PASS,
              Outcome.PASS,
              Outcome.PASS,
              Outcome.FAIL);
      assertThat(again.change()).isEqualTo(Change.WORSE);
    }
  }

  @Test
  void saysWhatWasNotRecordedAndWhatMeasuresIt() throws Exception {
    try (var bench = bench(0, POLICY)) {
      run(bench);
      var device =
          "    - {measure: latency-p50, of: int8, device: orin-nx, at-most: 5ms}\n"
              + SWEEP.formatted("0.9");
      var again = only(replay(bench, POLICY + device));
      assertThat(again.now()).isEqualTo(Standing.UNKNOWN);
      assertThat(again.change()).isEqualTo(Change.UNKNOWN);
      assertThat(again.rulings()).hasSize(3);
      assertThat(again.unmeasured())
          .extracting(Unmeasured::rule, Unmeasured::line, Unmeasured::why)
          .containsExactly(
              tuple("latency-p50 of int8 on orin-nx", 16, "it was not profiled on orin-nx"),
              tuple(
                  "least accuracy of int8 under brightness of -60 % to 20 %",
                  17, "int8 was not put under brightness of -60 % to 20 %"));
      assertThat(again.unmeasured().getFirst().remedy())
          .contains("'fovea check'")
          .contains("'fovea promote shade-reader 1'");

      var worse = only(replay(bench, POLICY.replace("5ms", "0.5ms") + device));
      assertThat(worse.change())
          .as("a rule that fails decides, whatever the others would say")
          .isEqualTo(Change.WORSE);
      assertThat(worse.unmeasured()).hasSize(2);
    }
  }

  @Test
  void knowsWhatAPolicyWouldHaveMadeInAnotherWay() throws Exception {
    try (var bench = bench(0, POLICY)) {
      run(bench);
      var sizes =
          POLICY
              + "    - {measure: size, of: fp32, at-most: 9 MiB}\n"
              + "    - {measure: accuracy, of: fp32, at-least: 0.9}\n";
      assertThat(only(replay(bench, sizes)).change()).isEqualTo(Change.SAME);

      var quantized = only(replay(bench, sizes.replace("calibration: 32", "calibration: 31")));
      assertThat(quantized.rulings())
          .extracting(Ruling::rule)
          .containsExactly("size of fp32", "accuracy of fp32");
      assertThat(quantized.unmeasured())
          .hasSize(3)
          .allMatch(rule -> rule.why().contains("'quantize' was otherwise"));

      var prepared = only(replay(bench, sizes.replace("mean: [0.5]", "mean: [0.4]")));
      assertThat(prepared.rulings()).extracting(Ruling::rule).containsExactly("size of fp32");
      assertThat(prepared.unmeasured())
          .hasSize(4)
          .allMatch(rule -> rule.why().contains("'preprocess' was otherwise"));

      var elsewhere =
          only(
              replay(
                  bench,
                  sizes.replace("  shades: {", "  tints: {").replace(": shades", ": tints")));
      assertThat(elsewhere.unmeasured())
          .hasSize(3)
          .allMatch(rule ->
              rule.why()
                  .equals("it was measured on the dataset shades, and the policy names tints"));

      assertThat(only(replay(bench, sizes.replace("parity: 1e-4", "parity: 1e-5"))).notes())
          .singleElement()
          .asString()
          .contains("'parity' is 1.0E-5 and was 1.0E-4");
    }
  }

  @Test
  void holdsAnotherLimitAgainstWhatWasMeasuredUnderAFault() throws Exception {
    var gates = POLICY.replaceFirst("    - .measure: latency-p99.*\n", "");
    try (var bench = bench(0, gates + SWEEP.formatted("0.4"))) {
      var release = run(bench);
      assertThat(release.state()).isEqualTo(Release.State.RELEASED);
      var again = only(replay(bench, gates + SWEEP.formatted("0.9")));
      assertThat(again.change()).isEqualTo(Change.WORSE);
      var ruling = again.rulings().getLast();
      assertThat(ruling.measured()).isEqualTo(0.5);
      assertThat(ruling.curve().orElseThrow().failsBelow()).as("by the new limit").isPresent();

      var other = only(replay(bench, gates + SWEEP.formatted("0.9").replace("+20%", "+25%")));
      assertThat(other.now()).isEqualTo(Standing.UNKNOWN);
      assertThat(other.unmeasured()).hasSize(1);
    }
  }

  @Test
  void keepsWithTheVerdictWhatWrongAnswersComeTo() throws Exception {
    var costs = POLICY + "  costs: {unit: checkout, items: 20, slices: {night: at night}}\n";
    try (var bench = bench(50, costs)) {
      var lines = run(bench).verdict().orElseThrow().costs().orElseThrow().lines();
      assertThat(lines)
          .extracting(CostReading.Line::where)
          .containsExactly("", "", "at night", "at night");
      assertThat(lines.getFirst().wrong().value()).isEqualTo(0.5);
      assertThat(lines.getFirst().sentence())
          .startsWith("int8: more than 9 in 10 checkouts fail (95 % interval more than 9 in 10 to");
      assertThat(only(replay(bench, POLICY)).change()).isEqualTo(Change.SAME);
    }
    try (var bench = bench(0, POLICY)) {
      assertThat(run(bench).verdict().orElseThrow().costs()).isEmpty();
    }
  }

  @Test
  void judgesNothingThatCameToNoGate() throws Exception {
    try (var bench = bench(0, POLICY)) {
      bench.start();
      bench.work();
      var again = only(replay(bench, POLICY));
      assertThat(again.then()).isEqualTo(Standing.UNKNOWN);
      assertThat(again.why()).startsWith("it came to no gate: it waits for the lab");
      assertThat(replay(bench, POLICY).judged()).isFalse();
    }
  }

  @Test
  void looksAtTheReleasesOfThePolicysModelAloneTheNewestFirst() throws Exception {
    try (var bench = bench(0, POLICY)) {
      run(bench);
      bench.datasets.policy(POLICY.replace("at-least: 0.9}", "at-least: 0.91}"));
      var second = run(bench);
      assertThat(replay(bench, POLICY).releases()).hasSize(2);
      assertThat(replay(bench, POLICY).releases().getFirst().release()).isEqualTo(second.digest());
      assertThat(replay(POLICY, 1, archive(bench)).releases()).hasSize(1);
      assertThat(replay(bench, POLICY.replace("model: shade-reader", "model: other")).releases())
          .isEmpty();
    }
  }

  @Test
  void measuresNothingAndFetchesAnEvaluationOnce() throws Exception {
    try (var bench = bench(0, POLICY)) {
      run(bench);
      int objects = bench.objects.written();
      int requests = bench.lab.requests().size();
      var archive = archive(bench);
      replay(POLICY, 5, archive);
      assertThat(archive.fetched).isEqualTo(2);
      replay(POLICY.replace("at-least: 0.9}", "at-least: 0.91}"), 5, archive);
      assertThat(archive.fetched).as("the cache has them").isEqualTo(2);
      assertThat(bench.objects.written()).isEqualTo(objects);
      assertThat(bench.lab.requests()).hasSize(requests);
      assertThat(bench.queue).isEmpty();
    }
  }

  @Test
  void fetchesAnewWhatWasDamagedInTheCache() throws Exception {
    try (var bench = bench(0, POLICY)) {
      run(bench);
      var archive = archive(bench);
      replay(POLICY, 5, archive);
      try (var files = Files.walk(home)) {
        for (var file :
            files
                .filter(Files::isRegularFile)
                .filter(each -> Objects.toString(each).contains("objects"))
                .toList()) {
          file.toFile().setWritable(true);
          Files.writeString(file, "damaged");
        }
      }
      assertThat(only(replay(POLICY, 5, archive)).change()).isEqualTo(Change.SAME);
      assertThat(archive.fetched).isGreaterThan(2);
    }
  }

  @Test
  void refusesWhatIsNotTheEvaluationThatWasNamedOrTooMuch() throws Exception {
    try (var bench = bench(0, POLICY)) {
      run(bench);
      var changed =
          archive(bench, in -> new SequenceInputStream(in, new ByteArrayInputStream(new byte[1])));
      assertThatThrownBy(() -> replay(POLICY, 5, changed))
          .isInstanceOf(InvalidRequest.class)
          .hasMessageContaining("the server sent other bytes for evaluation ");
      var endless = archive(bench, _ -> new Endless());
      assertThatThrownBy(() ->
              new Replay(
                      new Replay.Request(POLICY, 5, home.resolve("small"), 1 << 20, false),
                      endless,
                      (_, _, _) -> {})
                  .run())
          .isInstanceOf(InvalidRequest.class)
          .hasMessageContaining("more than 1.0 MiB");
    }
  }

  @Test
  void refusesAnObjectThatIsNoEvaluation() throws Exception {
    try (var bench = bench(0, POLICY)) {
      var release = run(bench);
      var text = "{\"answers\": 3}".getBytes(StandardCharsets.UTF_8);
      var wrong =
          new OtherMeasures(
              archive(bench),
              text,
              measures ->
                  new Measures(
                      measures.release(),
                      measures.policy(),
                      measures.forms().stream()
                          .map(form ->
                              new Measures.Form(
                                  form.variant(),
                                  Digest.sha256(text),
                                  form.size(),
                                  form.profiles()))
                          .toList(),
                      List.of()));
      assertThatThrownBy(() -> replay(POLICY, 5, wrong))
          .isInstanceOf(InvalidRequest.class)
          .hasMessageContaining("is none that this version reads");
      assertThat(release.verdict()).isPresent();
    }
  }

  @Test
  void saysOfWhichReleaseNothingIsLeftOrThePolicyIsNotReadAnyMore() throws Exception {
    try (var bench = bench(0, POLICY)) {
      run(bench);
      var gone =
          new OtherMeasures(
              archive(bench),
              new byte[0],
              measures -> new Measures(measures.release(), POLICY, List.of(), List.of()));
      var again = only(replay(POLICY, 5, gone));
      assertThat(again.then()).isEqualTo(Standing.PASSED);
      assertThat(again.change()).isEqualTo(Change.UNKNOWN);
      assertThat(again.why())
          .isEqualTo(
              "the server no longer has what it measured; 'fovea promote shade-reader 1' measures"
                  + " it anew");

      var unread =
          new OtherMeasures(
              archive(bench),
              new byte[0],
              measures ->
                  new Measures(measures.release(), "project: p", measures.forms(), List.of()));
      assertThat(only(replay(POLICY, 5, unread)).why())
          .startsWith("its own policy is one that this version does not read: fovea.yaml:1: ");
    }
  }

  @Test
  void givesTheEvaluationsOfAReleaseAndNoOtherObject() throws Exception {
    try (var bench = bench(0, POLICY)) {
      var release = run(bench);
      var measures = bench.endpoint.measures(ReleaseBench.PROJECT, release.digest());
      assertThat(measures.policy()).isEqualTo(POLICY);
      assertThat(measures.forms())
          .hasSize(2)
          .allMatch(form -> form.profiles().size() == 1 && form.size().bytes() > 0);
      for (var other : List.of(release.int8().orElseThrow(), release.dataset())) {
        assertThat(bench.objects.exists(other)).isTrue();
        assertThatThrownBy(
                () -> bench.endpoint.evaluation(ReleaseBench.PROJECT, release.digest(), other))
            .isInstanceOf(NoSuchThing.class);
      }
      assertThatThrownBy(
              () -> bench.endpoint.measures(ReleaseBench.PROJECT, Digest.sha256(new byte[] {7})))
          .isInstanceOf(NoSuchThing.class);
      assertThatThrownBy(() -> bench.endpoint.measures(Name.of("another"), release.digest()))
          .isInstanceOf(NoSuchThing.class);
    }
  }

  @Test
  void takesOneToAHundredReleases() {
    for (int wrong : new int[] {0, -1, 101}) {
      assertThatThrownBy(() -> new Replay.Request(POLICY, wrong, home, PLENTY, false))
          .isInstanceOf(InvalidRequest.class)
          .hasMessageContaining("(expected: 1 to 100)");
    }
  }

  /** A server that says other things than there are. */
  private record OtherMeasures(Replay.Archive right, byte[] bytes, UnaryOperator<Measures> measured)
      implements Replay.Archive {
    @Override
    public List<Release> releases() {
      return right.releases();
    }

    @Override
    public Measures measures(Digest release) {
      return measured.apply(right.measures(release));
    }

    @Override
    public InputStream evaluation(Digest release, Digest evaluation) {
      return new ByteArrayInputStream(bytes);
    }
  }

  private static final class Endless extends InputStream {
    @Override
    public int read() {
      return 'x';
    }
  }

  /** The server's endpoint, with everything written as JSON and read again between. */
  private static final class OfBench implements Replay.Archive {
    private final ReleaseBench bench;
    private final UnaryOperator<InputStream> way;
    private int fetched;

    private OfBench(ReleaseBench bench, UnaryOperator<InputStream> way) {
      this.bench = bench;
      this.way = way;
    }

    @Override
    public List<Release> releases() {
      return bench.endpoint.releases(ReleaseBench.PROJECT).stream()
          .map(release -> JSON.readValue(JSON.writeValueAsString(release), Release.class))
          .toList();
    }

    @Override
    public Measures measures(Digest release) {
      var measures = bench.endpoint.measures(ReleaseBench.PROJECT, release);
      return JSON.readValue(JSON.writeValueAsString(measures), Measures.class);
    }

    @Override
    public InputStream evaluation(Digest release, Digest evaluation) throws IOException {
      fetched++;
      var answer = bench.endpoint.evaluation(ReleaseBench.PROJECT, release, evaluation);
      return way.apply(Objects.requireNonNull(answer.getBody()).getInputStream());
    }
  }

  private static OfBench archive(ReleaseBench bench) {
    return archive(bench, UnaryOperator.identity());
  }

  private static OfBench archive(ReleaseBench bench, UnaryOperator<InputStream> way) {
    return new OfBench(bench, way);
  }

  private static ReleaseBench bench(float bias, String policy) throws Exception {
    var bench = new ReleaseBench(Shades.model(bias), Optional.empty());
    bench.datasets.policy(policy);
    return bench;
  }

  private static Release run(ReleaseBench bench) throws Exception {
    var digest =
        bench
            .starts
            .start(ReleaseBench.PROJECT, new Candidate(ReleaseBench.MODEL, 1), "erin")
            .digest();
    bench.work();
    if (bench.release(digest).state() == Release.State.WAITING) {
      bench.lab.finish();
      bench.reactions.profiled(
          new ProfileFinished(bench.lab.requests().keySet().iterator().next()));
      bench.work();
    }
    return bench.release(digest);
  }

  private Replayed replay(ReleaseBench bench, String policy) throws IOException {
    return replay(policy, 5, archive(bench));
  }

  private Replayed replay(String policy, int last, Replay.Archive archive) throws IOException {
    return new Replay(
            new Replay.Request(policy, last, home.resolve("cache"), PLENTY, false),
            archive,
            (_, _, _) -> {})
        .run();
  }

  private static Replayed.Again only(Replayed replayed) {
    assertThat(replayed.releases()).hasSize(1);
    return replayed.releases().getFirst();
  }
}
