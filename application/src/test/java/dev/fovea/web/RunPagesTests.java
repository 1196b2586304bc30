package dev.fovea.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.web.util.HtmlUtils;

/** What the pages of runs, comparisons and sweeps say. */
class RunPagesTests {
  private static final String RUN = "/parcels/runs/a81f3c90";
  private static ConfigurableApplicationContext context;
  private static Browser browser;

  @BeforeAll
  static void start() {
    context = PagesPreview.start(0);
    browser = Browser.of(context);
  }

  @AfterAll
  static void stop() {
    context.close();
  }

  private static String body(String path) {
    var page = browser.get(path);
    assertThat(page.status()).as(path).isEqualTo(200);
    return page.body();
  }

  @Test
  void chartsStandUnderTheirGroupsAndSingleValuesInATable() {
    var page = body(RUN);
    assertThat(page)
        .contains(">val/</h3>", ">train/</h3>", ">system/</h3>")
        .contains("train/spikes by step. night crop, seed 3: from ")
        .contains("1 point is NaN: ×", "1 point is ∞: ▲")
        .contains("One value each, so no line")
        .containsPattern("<th scope=\"row\" class=\"any\">test/accuracy</th>");
    assertThat(page.split("class=\"plot curve\"", -1)).hasSize(1 + 9);
  }

  @Test
  void tenThousandKeysMakeAPageOfBoundedSize() {
    var page = body("/parcels/runs/" + SampleRuns.LARGE + "?smooth=0.9");
    assertThat(page)
        .contains("10,000 keys", "12 of 10,000 keys", "240 of 960,000 points, with every spike");
    assertThat(page.split("class=\"plot curve\"", -1)).hasSize(1 + 12);
    assertThat(page.length()).isLessThan(400_000);
    assertThat(body("/parcels/runs").length()).as("the list").isLessThan(60_000);
    assertThat(body("/parcels/runs/compare?of=" + SampleRuns.LARGE + ",a81f3c90&rows=all").length())
        .as("a comparison")
        .isLessThan(300_000);
    var next = page.substring(page.indexOf("Next keys") - 300, page.indexOf("Next keys"));
    var after = Pattern.compile("after=([^&\"]+)").matcher(next);
    assertThat(after.find()).isTrue();
    assertThat(body("/parcels/runs/" + SampleRuns.LARGE + "?after=" + after.group(1)))
        .contains("layer.0006/grad")
        .doesNotContain("layer.0005/weight by step", "layer.0012/grad by step");
  }

  @Test
  void threeThousandFilesAreFoldersToOpenAPartAfterTheOther() {
    var large = "/parcels/runs/" + SampleRuns.LARGE;
    var run = body(large);
    assertThat(run)
        .contains(">3,000</span>", ">predictions/</a>", "2,998 files, ", ">notes.txt</a>");
    assertThat(run).doesNotContain("mask-0000.png</a>");
    assertThat(body(large + "/files")).contains("<h1 class=\"any\">Files of every layer");
    var names = new TreeSet<String>();
    var folder = link(run, "predictions/");
    int parts = 0;
    for (var next = link(body(folder), "&lt;"); !next.isEmpty(); parts++) {
      var page = body(next);
      assertThat(page.length()).as("a part").isLessThan(300_000);
      var found = Pattern.compile(">(mask-[0-9]{4}\\.png)</a>").matcher(page);
      while (found.find()) {
        assertThat(names.add(found.group(1))).as("seen once").isTrue();
      }
      next = link(page, "Next files");
    }
    assertThat(names).hasSize(2_998);
    assertThat(parts).isEqualTo(15);
    assertThat(browser.get(large + "/files?under=nothing").status()).isEqualTo(404);
    assertThat(browser.get(large + "/files?under=predictions&after=~").status()).isEqualTo(404);
    assertThat(body("/parcels/runs/5d20aa7e/files")).contains("The run logged none.");
  }

  /** Where the first link of a text leads; empty where there is none. */
  private static String link(String page, String text) {
    var found =
        Pattern.compile("href=\"([^\"]*)\"(?: aria-current=\"page\")?>" + text).matcher(page);
    return found.find() ? HtmlUtils.htmlUnescape(found.group(1)) : "";
  }

  @Test
  void aGroupAndATextChooseKeys() {
    assertThat(body(RUN + "?prefix=train/"))
        .contains("train/loss by step")
        .doesNotContain("val/loss by step");
    assertThat(body(RUN + "?q=loss")).contains("train/loss by step", "val/loss by step");
    assertThat(body(RUN + "?q=nothing")).contains("No key matches.");
  }

  @Test
  void aLogarithmicSmoothedViewOfTwoRunsSaysSoAndKeepsItselfInItsLinks() {
    var page = body(RUN + "?scale=log&smooth=0.9&with=5d20aa7e&x=time&from=2&to=50");
    assertThat(page)
        .contains(
            "val/loss by time, logarithmic. night crop, seed 3: from ",
            "which has no logarithm: left out",
            "class=\"ln c-ink faint\"",
            "class=\"ln c-s2\"",
            " · 5d20aa7e")
        .contains(
            "?only=val%2Floss&amp;scale=log&amp;x=time&amp;smooth=0.9&amp;from=2&amp;to=50&amp;with=5d20aa7e")
        .contains(
            "href=\"%s?scale=log&amp;x=time&amp;smooth=0.9&amp;with=5d20aa7e\">All steps</a>"
                .formatted(RUN));
  }

  @Test
  void oneChartHasItsPointsAsATable() {
    assertThat(body(RUN + "?only=train%2Fspikes&smooth=0.6"))
        .contains("Show as table", ">Smoothed</th>", "<td class=\"num\">NaN</td>", "All charts")
        .doesNotContain("val/loss by step");
  }

  @Test
  void hostileNamesAreTextEverywhere() {
    for (var path :
        List.of(
            RUN,
            RUN + "?with=5d20aa7e",
            "/parcels/runs/5d20aa7e",
            "/parcels/runs/compare?of=a81f3c90,5d20aa7e,e0000003&rows=all",
            "/parcels/sweeps/lr-search")) {
      assertThat(body(path))
          .as(path)
          .doesNotContain(Samples.HOSTILE)
          .contains("&lt;script&gt;alert");
    }
    var echo = body(RUN + "?q=%3Cscript%3Ealert('x')%3C/script%3E&prefix=%22onload=%22");
    assertThat(echo).doesNotContain(Samples.HOSTILE).doesNotContain("\"onload=");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "?smooth=2",
        "?smooth=x",
        "?scale=cubic",
        "?x=phase",
        "?from=9&to=1",
        "?from=one",
        "?with=1,2,3,4,5,6,7,8"
      })
  void aViewThatMeansNothingSaysWhatIsWrong(String query) {
    var page = browser.get(RUN + query);
    assertThat(page.status()).isEqualTo(422);
    assertThat(page.body()).contains("expected:", "What to do");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/parcels/runs/ffffffff",
        "/parcels/runs/ffffffff/charts",
        "/parcels/runs/a81f3c90?with=ffffffff",
        "/parcels/runs/compare?of=ffffffff",
        "/parcels/sweeps/none",
        "/pallet/sweeps/lr-search"
      })
  void whatIsNotThereIsSaid(String path) {
    var page = browser.get(path);
    assertThat(page.status()).isEqualTo(404);
    assertThat(page.body()).contains("What to do");
  }

  @Test
  void chartsOfARunningRunAskAgainAndThoseOfAFinishedOneDoNot() {
    assertThat(body("/parcels/runs/5d20aa7e?scale=log"))
        .contains("hx-get=\"/parcels/runs/5d20aa7e/charts?scale=log\"", "hx-trigger=\"every 5s\"");
    assertThat(body("/parcels/runs/5d20aa7e/charts?scale=log"))
        .contains("id=\"charts\"", "plot curve", "hx-trigger=\"every 5s\"")
        .doesNotContain("<html", "Parameters");
    assertThat(body(RUN)).doesNotContain("hx-trigger");
  }

  @Test
  void aRunHasItsImagesFilesAndCommit() {
    assertThat(body(RUN))
        .contains("Evaluation, as logged", "confusion_matrix.png", "PR_curve.png")
        .contains("Sample images", "and 6 more among the files", ">val/digits</span>")
        .contains("model/ · 2", "38.4 MiB", "best.pt2");
    assertThat(body("/parcels/runs/e0000001"))
        .contains("https://github.com/example/parcels/commit/" + Samples.commit("e0000001").sha())
        .contains("The run logged none.", "The run did not say what it was trained on");
  }

  @Test
  void tablesOfAnEvaluationAreDrawn() {
    assertThat(body(RUN))
        .contains("confusion_matrix.json: 90.0 % of 100 right", "Is \\ taken for", "<b>50</b>")
        .contains("eval/precision_recall.json", "Precision by recall, 2 curves")
        .doesNotContain("recall_gone.json: ");
  }

  @Test
  void aComparisonMarksWhatDiffersAndDrawsIt() {
    var page = body("/parcels/runs/compare?of=e0000000&of=e0000001&of=e0000004&of=e0000006");
    assertThat(page)
        .contains("4 runs compared</h1>")
        .containsPattern("<tr class=\"differs\"><th scope=\"row\">optimizer</th>")
        .contains("<span class=\"note\">none</span>")
        .contains("4 lines across 5 axes: crop.night, lr, optimizer, val/accuracy, val/loss")
        .contains(">NaN or ∞</text>", ">none</text>", ">log</text>")
        .contains(
            "/compare/%s...%s"
                .formatted(Samples.commit("e0000000").sha(), Samples.commit("e0000001").sha()))
        .contains("/parcels/runs/e0000000?with=e0000001,e0000004,e0000006");
    assertThat(body("/parcels/runs/compare?of=a81f3c90,5d20aa7e"))
        .as("epochs are alike")
        .doesNotContain("<th scope=\"row\">epochs</th>");
    assertThat(body("/parcels/runs/compare?of=a81f3c90,5d20aa7e&rows=all"))
        .contains("<tr class=\"same\"><th scope=\"row\">epochs</th>");
  }

  @Test
  void theAddressChoosesTheAxesAndTheirOrder() {
    var page =
        body(
            "/parcels/runs/compare?of=e0000000,e0000001&axis=m:val/loss&axis=p:lr&axis=p:nobody&linear=p:lr");
    assertThat(page)
        .contains("2 lines across 2 axes: val/loss, lr\"")
        .doesNotContain(">log</text>")
        .contains("axis=p%3Alr&amp;axis=m%3Aval%2Floss");
  }

  @Test
  void noRunIsAQuestionAndTooManyAreRefused() {
    assertThat(body("/parcels/runs/compare")).contains("No run is chosen", "Choose runs");
    assertThat(body("/" + Samples.EMPTY + "/runs/compare")).contains("No run is chosen");
    var ids = IntStream.range(0, 60).mapToObj(i -> "x" + i).collect(Collectors.joining(","));
    var many = browser.get("/parcels/runs/compare?of=" + ids);
    assertThat(many.status()).isEqualTo(422);
    assertThat(many.body()).contains("Of: 60 runs (expected: at most 50)");
  }

  @Test
  void eachFileOfARunIsADownloadAndNothingElse() {
    assertThat(body("/parcels/runs/a81f3c90"))
        .contains("/parcels/runs/a81f3c90/file?path=confusion_matrix.json\"")
        .contains("/file?path=eval/precision_recall.json\"")
        .containsPattern("file\\?path=images/val(%23|#)digits%25step%250%25timestamp")
        .containsPattern("<a class=\"note\" href=\"/parcels/images/sha256:[0-9a-f]{64}\">show");
    var file = browser.get("/parcels/runs/a81f3c90/file?path=confusion_matrix.json");
    assertThat(file.status()).isEqualTo(200);
    assertThat(file.body()).contains("{").doesNotContain("<html");
    assertThat(file.header("Content-Type")).contains("application/octet-stream");
    assertThat(file.header("Content-Disposition"))
        .hasValueSatisfying(
            how -> assertThat(how).startsWith("attachment;").contains("confusion_matrix.json"));
    assertThat(file.header("X-Content-Type-Options")).contains("nosniff");
    assertThat(file.header("Content-Security-Policy")).contains("default-src 'none'; sandbox");
    var nested = browser.get("/parcels/runs/a81f3c90/file?path=eval%2Fprecision_recall.json");
    assertThat(nested.status()).isEqualTo(200);
    assertThat(nested.header("Content-Disposition"))
        .hasValueSatisfying(how -> assertThat(how).doesNotContain("eval"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a81f3c90/file?path=..%2Fconfusion_matrix.json",
        "a81f3c90/file?path=..%2F..%2F..%2F..%2Fetc%2Fpasswd",
        "a81f3c90/file?path=%2Fetc%2Fpasswd",
        "a81f3c90/file?path=eval",
        "a81f3c90/file?path=",
        "a81f3c90/file?path=eval%2F..%2Fconfusion_matrix.json",
        "a81f3c90/file?path=%252e%252e%252fconfusion_matrix.json",
        "5d20aa7e/file?path=confusion_matrix.json",
        "a81f3c90/file?path=checkpoints%2Flast%2Fbest.pt2"
      })
  void aPathThatIsNoFilesLeadsNowhere(String path) {
    var page = browser.get("/parcels/runs/" + path);
    assertThat(page.status()).isEqualTo(404);
    assertThat(page.body()).doesNotContain("root:").doesNotContain(Samples.HOSTILE);
  }

  @Test
  void aSweepShowsItsTrialsAndWhatWasBest() {
    var page = body("/parcels/sweeps/lr-search");
    assertThat(page)
        .containsPattern("lr-search: best 0\\.3\\d+</h1>")
        .contains("80 of 120 began", "26 pruned", "1 failed")
        .contains("Best value so far by trial: ", "What 26 pruned trials reported")
        .contains("80 lines across 4 axes: lr, optimizer, width, value")
        .contains("attempt 2", "Next trials", "hx-trigger=\"every 10s\"");
    assertThat(body("/parcels/sweeps/lr-search?from=50"))
        .contains("lease ended", "whoever asks next gets the trial", "lease until", "First trials")
        .doesNotContain("Next trials");
    assertThat(page).doesNotContain("Value and latency");
    assertThat(body("/parcels/sweeps/edge"))
        .contains("values from metric val/loss", "Value and latency", "The front as a table")
        .containsPattern(
            "Value by latency: \\d+ of 50 complete trials are beaten by no other in both, from [0-9.]+ ms to [0-9.]+ ms")
        .contains("its run logged nothing for")
        .doesNotContain(Samples.HOSTILE);
    assertThat(body("/parcels/sweeps/fresh"))
        .contains("fresh: no value yet</h1>", "No trial yet", "/sweeps/fresh/ask")
        .doesNotContain("hx-trigger");
    assertThat(body("/parcels/sweeps")).contains("lr-search", "tpe, less is better", "none yet");
    assertThat(body("/" + Samples.EMPTY + "/sweeps")).contains("No sweep yet");
  }
}
