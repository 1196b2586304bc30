package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.cli.terminal.ErrorForm;
import dev.fovea.cli.terminal.VerdictText;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.Name;
import dev.fovea.pipelines.CostReading;
import dev.fovea.pipelines.PrecisionFront.Bounded;
import dev.fovea.pipelines.Release;
import dev.fovea.pipelines.Verdict;
import dev.fovea.pipelines.Verdict.Curve;
import dev.fovea.pipelines.Verdict.Outcome;
import dev.fovea.pipelines.Verdict.Ruling;
import dev.fovea.teamfile.Gate.Variant;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a CI job leaves behind. */
class PromoteReportTests {
  private static final Digest DIGEST = Digest.sha256(new byte[0]);
  private static final URI SERVER = URI.create("https://fovea.example.org");

  @TempDir private Path folder;

  @Test
  void theSummaryShowsEveryRuleWithItsMeasuredValueTheFailedOnesFirst() {
    var text = PromoteReport.markdown(release("one gate says no"), "https://x/y");
    assertThat(text)
        .startsWith("### Fovea: refused · reader 3 · 1 of 2 rules passed")
        .contains("| fail | latency-p99 | at most 20 ms | 33.10 ms (32.90 to 33.50) | local-cpu |")
        .contains("| pass | accuracy | at least 0.9 | 0.9500");
    assertThat(text.indexOf("| fail |")).isLessThan(text.indexOf("| pass |"));
  }

  @Test
  void theSummaryExplainsRulesAboutFaults() {
    var curve =
        new Curve(
            "blur",
            "px",
            List.of(new Curve.Point(0, .9, .8, .95), new Curve.Point(2, .5, .4, .6)),
            OptionalDouble.empty(),
            OptionalDouble.of(.5));
    var ruling =
        new Ruling(
            "least accuracy",
            12,
            Outcome.FAIL,
            "at least 80.00 %",
            .8,
            .5,
            .4,
            .6,
            "",
            "test split",
            "least accuracy is 50.00 %, and it falls below the limit from 0.5 px",
            List.of(),
            Optional.of(curve));
    var verdict = new Verdict(false, List.of(ruling));
    assertThat(PromoteReport.markdown(release("no", verdict), "https://x/y"))
        .contains("\n- least accuracy is 50.00 %, and it falls below the limit from 0.5 px\n\n");
    assertThat(VerdictText.strengths(verdict))
        .isEqualTo(
            """
            least accuracy is 50.00 %, and it falls below the limit from 0.5 px
            BLUR  MEASURED
            0 px  0.9000 (0.8000 to 0.9500)
            2 px  0.5000 (0.4000 to 0.6000)  below the limit
            """);
    assertThat(VerdictText.strengths(release("no").verdict().orElseThrow())).isEmpty();
  }

  @Test
  void theSummarySaysWhatWrongAnswersComeTo() {
    var share = new Bounded(.14, .03, .57);
    var costs =
        new CostReading(
            "checkout",
            "checkouts",
            15,
            0,
            Optional.empty(),
            List.of(
                new CostReading.Line(
                    "",
                    Variant.INT8,
                    "test split, 100 images",
                    new Bounded(.01, 0, .05),
                    share,
                    "1 in 7",
                    Optional.empty(),
                    "int8: 1 in 7 <b>checkouts</b> fails")),
            List.of("one checkout is 15 images"));
    var verdict = new Verdict(true, List.of()).withCosts(Optional.of(costs));
    assertThat(PromoteReport.markdown(release("no", verdict), "https://x/y"))
        .contains(
            "\n"
                + "- int8: 1 in 7 &lt;b&gt;checkouts&lt;/b&gt; fails\n"
                + "- (one checkout is 15 images)\n\n"
                + "Release");
    assertThat(VerdictText.costs(verdict))
        .isEqualTo(
            """
            in checkouts:
              int8: 1 in 7 <b>checkouts</b> fails
              (one checkout is 15 images)
            """);
    assertThat(VerdictText.costs(new Verdict(true, List.of()))).isEmpty();
  }

  @Test
  void textFromElsewhereStaysText() {
    var text =
        PromoteReport.markdown(
            release("x | y\n### <img src=x> [a](javascript:b) `c` @everyone"), "https://x/y");
    assertThat(text)
        .doesNotContain("<img")
        .doesNotContain("[a](")
        .doesNotContain("`c`")
        .doesNotContain("@everyone")
        .doesNotContain("\n### &");
  }

  @Test
  void theFilesAreAppendedToAndOutputsAreOneLineEach() throws IOException {
    var summary = Files.writeString(folder.resolve("summary"), "before\n");
    var outputs = Files.writeString(folder.resolve("outputs"), "a=b\n");
    var report = PromoteReport.to(summary, outputs);
    report.release(SERVER, Name.of("digits"), release("no"));
    report.failure(new ErrorForm("x", "no | verdict", "do this", 4));
    assertThat(Files.readAllLines(outputs))
        .containsExactly(
            "a=b",
            "verdict=refused",
            "release=" + DIGEST,
            "url=https://fovea.example.org/digits/releases/" + DIGEST,
            "verdict=error",
            "release=",
            "url=");
    assertThat(Files.readString(summary)).startsWith("before\n###").contains("Next: do this");
  }

  private static Release release(String reason) {
    return release(
        reason,
        new Verdict(
            false,
            List.of(
                ruling("accuracy", Outcome.PASS, "at least 0.9", .95, .94, .96, ""),
                ruling("latency-p99", Outcome.FAIL, "at most 20 ms", 33.1, 32.9, 33.5, "ms"))));
  }

  private static Release release(String reason, Verdict verdict) {
    return new Release(
        DIGEST,
        Name.of("digits"),
        Name.of("reader"),
        3,
        DIGEST,
        DIGEST,
        GitCommit.of("a".repeat(40)),
        Release.State.REFUSED,
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(verdict),
        Optional.empty(),
        reason,
        "ci",
        Instant.EPOCH);
  }

  private static Ruling ruling(
      String rule,
      Outcome outcome,
      String wanted,
      double value,
      double low,
      double high,
      String unit) {
    return new Ruling(
        rule, 12, outcome, wanted, 0, value, low, high, unit, "local-cpu", "", List.of());
  }
}
