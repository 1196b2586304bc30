package dev.fovea.web;

import static dev.fovea.web.Samples.digest;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.roles.ServiceUnavailable;
import dev.fovea.store.ObjectStore;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.context.ConfigurableApplicationContext;

/** Every page over the samples, as a browser asks for it. */
class PagesTests {
  private static final String IMAGES = "/parcels/datasets/digits/images/";
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

  static Stream<String> pages() {
    var release =
        Stream.of(6, 5, 4, 3, 2)
            .map(n -> "/parcels/releases/" + digest("release digit-reader " + n).abbreviated());
    var version = context.getBean(SampleDatasets.class).versions(Samples.PARCELS, Samples.DIGITS);
    var digits = version.stream().map(v -> v.digest().abbreviated()).toList();
    var batch = "/parcels/batches/" + digest("batch open").abbreviated();
    return Stream.of(
            lists("/parcels"),
            lists("/" + Samples.EMPTY),
            release,
            Stream.of(
                "/",
                "/parcels/lineage?text=reader",
                "/parcels/lineage?text=nothing-of-that-name",
                "/parcels/lineage/" + digest("int8 digit-reader 5"),
                "/parcels/runs/a81f3c90",
                "/parcels/runs/5d20aa7e",
                "/parcels/runs/bb19ff02",
                "/parcels/webhooks/0e2b4c6d-0000-4000-8000-000000000001",
                "/parcels/webhooks/0e2b4c6d-0000-4000-8000-000000000002",
                "/parcels/webhooks/0e2b4c6d-0000-4000-8000-000000000003",
                "/parcels/runs/0badc0de",
                "/parcels/runs/0badc0de/files",
                "/parcels/runs/0badc0de/files?under=predictions",
                "/parcels/runs/a81f3c90/files?under=images",
                "/parcels/runs/a81f3c90?scale=log&smooth=0.9&x=time&with=5d20aa7e,bb19ff02",
                "/parcels/runs/a81f3c90?only=train%2Fspikes&smooth=0.6",
                "/parcels/runs/compare",
                "/parcels/runs/compare?of=a81f3c90",
                "/parcels/runs/compare?of=a81f3c90,5d20aa7e&rows=all",
                "/parcels/runs/compare?of=e0000000&of=e0000001&of=e0000003&of=e0000004&of=e0000006",
                "/parcels/sweeps/lr-search",
                "/parcels/sweeps/lr-search?from=50&scale=log",
                "/parcels/sweeps/fresh",
                "/parcels/sweeps/edge",
                "/parcels/sweeps/edge?scale=log",
                "/parcels/runs/a81f3c90?q=nothing-of-that-name",
                "/parcels/models/digit-reader@" + digest("model digit-reader 4").abbreviated(),
                "/parcels/datasets/digits@" + digits.get(0),
                "/parcels/datasets/digits@%s?split=test&class=3".formatted(digits.get(0)),
                "/parcels/datasets/digits@%s/quality".formatted(digits.get(0)),
                "/parcels/datasets/digits@%s/quality".formatted(digits.get(1)),
                "/parcels/datasets/digits/diff/%s..%s".formatted(digits.get(1), digits.get(0)),
                IMAGES + SampleHistories.SCENE,
                IMAGES + SampleHistories.RENAMED,
                IMAGES + "fresh/two.png",
                IMAGES + SampleHistories.REMOVED,
                IMAGES + SampleHistories.OFTEN,
                IMAGES + SampleHistories.OFTEN + "?before=11",
                IMAGES + SampleHistories.WAITING,
                odd(),
                "/parcels/stages?at=many&from=100",
                "/parcels/stages?at=broken",
                "/parcels/stages?at=feature/none",
                "/parcels/stages?at=hostile",
                "/parcels/lab?of=orin-nx-02",
                batch,
                "/parcels/batches/" + digest("batch committed").abbreviated(),
                batch + "/frames/1",
                batch + "/frames/12"))
        .flatMap(each -> each);
  }

  private static String odd() {
    return "/parcels/datasets/digits/images?path="
        + URLEncoder.encode(SampleHistories.ODD, StandardCharsets.UTF_8);
  }

  private static Stream<String> lists(String project) {
    return Stream.of(
            "",
            "/releases",
            "/batches",
            "/lineage",
            "/audit",
            "/webhooks",
            "/tokens",
            "/runs",
            "/sweeps",
            "/models",
            "/lab",
            "/frames",
            "/stages",
            "/datasets")
        .map(page -> project + page);
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyPageHasOneHeadingATitleAndNothingInline(String path) {
    var page = browser.get(path);
    assertThat(page.status()).isEqualTo(200);
    assertThat(page.body().split("<h1", -1)).as("one h1").hasSize(2);
    assertThat(page.body())
        .containsPattern("<title>[^<]+ · Fovea</title>")
        .doesNotContain("<style")
        .doesNotContainPattern("\\sstyle=\"")
        .doesNotContainPattern("<[^>]*\\son[a-z]+=");
    assertThat(page.body().split("<script ", -1).length - 1)
        .as("each script comes from a file")
        .isEqualTo(page.body().split("<script [^>]*src=\"/", -1).length - 1);
    assertThat(page.body())
        .as("each image has its words")
        .doesNotContainPattern("<img (?![^>]*\\salt=)");
    assertThat(page.body())
        .as("labels from outside are text")
        .doesNotContain(Samples.HOSTILE)
        .doesNotContain("th:");
    assertThat(page.body().replaceAll("(?s)<noscript>.*?</noscript>", "").split("(?=\\sid=\")", -1))
        .extracting(
            part -> part.startsWith(" id=\"") ? part.substring(5, part.indexOf('"', 5)) : "")
        .filteredOn(id -> !id.isEmpty())
        .as("ids")
        .doesNotHaveDuplicates();
  }

  @Test
  void labelsFromOutsideAreShownEscaped() {
    for (var path :
        List.of(
            "/parcels/frames",
            "/parcels/audit",
            "/parcels/runs",
            "/parcels/datasets",
            "/parcels/releases/" + digest("release digit-reader 3").abbreviated())) {
      assertThat(browser.get(path).body()).as(path).contains("&lt;script&gt;alert");
    }
  }

  @Test
  void aDiffSaysHowManyObjectsChangedAndWhichOfEachImage() {
    var versions = context.getBean(SampleDatasets.class).versions(Samples.PARCELS, Samples.DIGITS);
    var page =
        browser
            .get(
                "/parcels/datasets/digits/diff/%s..%s"
                    .formatted(
                        versions.get(1).digest().abbreviated(),
                        versions.get(0).digest().abbreviated()))
            .body();
    assertThat(page)
        .contains("+36 −3 images, 2 relabelled</h1>")
        .containsPattern("<dt>Objects added</dt><dd class=\"big\">\\+?0</dd>")
        .contains("<dt>Moved</dt><dd class=\"big\">1</dd>")
        .contains("<dt>Of another class</dt><dd class=\"big\">1</dd>")
        .contains("1 box moved, 1 car -&gt; &lt;script&gt;alert")
        .contains(
            "<polygon class=\"bx removed\" points=\"12.00,30.00 52.00,30.00 52.00,70.00 12.00,70.00"
                + " \">")
        .contains(
            "<polygon class=\"bx added\" points=\"18.00,30.00 58.00,30.00 58.00,70.00 18.00,70.00"
                + " \">")
        .contains("<polygon class=\"bx faint\" points=\"64.00,30.00");
  }

  @Test
  void anEmptyProjectSaysWhatToDoFirst() {
    for (var page :
        List.of("/releases", "/batches", "/audit", "/runs", "/models", "/frames", "/datasets")) {
      assertThat(browser.get("/" + Samples.EMPTY + page).body())
          .as(page)
          .contains("class=\"panel empty\"");
    }
    assertThat(browser.get("/" + Samples.EMPTY).body())
        .contains("Push a dataset to begin", "/git/" + Samples.EMPTY + ".git");
  }

  @Test
  void theQualityOfAVersionShowsWhatWasFoundWithItsImages() {
    var version = quality(0);
    assertThat(browser.get(version.replace("/quality", "")).body())
        .as("linked from the version")
        .contains("href=\"%s\"".formatted(version));
    assertThat(browser.get(version).body())
        .contains(
            "digits 2: 35 findings of the quality gate",
            "near-duplicate</h2>",
            "31 findings, the first 12",
            "/parcels/images/" + Samples.image(23),
            "has drifted in train",
            "drifted; chance would seldom do that",
            "too few images to tell",
            "18.3 %",
            "4032 × 3024 px",
            "not looked for",
            "&lt;script&gt;alert");
  }

  @Test
  void theQualityOfAVersionSaysThatNothingWasFoundOrThatNothingWasKept() {
    assertThat(browser.get(quality(1)).body())
        .contains("digits 1: no quality report</h1>", "Recorded before reports were kept")
        .doesNotContain("Classes by split");
    var datasets = context.getBean(SampleDatasets.class);
    datasets.first = Optional.of(SampleQuality.nothing(SampleDatasets.samples(0, 60)));
    try {
      assertThat(browser.get(quality(1)).body())
          .contains(
              "digits 1: the quality gate found nothing</h1>",
              "first version: nothing to compare with",
              "Classes by split")
          .contains("not measured")
          .doesNotContain("Share before", "Room to 10 %");
    } finally {
      datasets.first = Optional.empty();
    }
  }

  private static String quality(int index) {
    var versions = context.getBean(SampleDatasets.class).versions(Samples.PARCELS, Samples.DIGITS);
    return "/parcels/datasets/digits@%s/quality"
        .formatted(versions.get(index).digest().abbreviated());
  }

  @Test
  void theReleaseSaysItsVerdictFirstAndWhatDidNotPassBeforeTheRest() {
    var page =
        browser.get("/parcels/releases/" + digest("release digit-reader 3").abbreviated()).body();
    assertThat(page)
        .contains(
            "digit-reader 3: 3 of 6 gates pass, 1 fails, 1 cannot tell, 1 was not measured</h1>");
    assertThat(page.indexOf("class=\"attn fail\""))
        .isPositive()
        .isLessThan(page.indexOf("class=\"attn inconclusive\""));
    assertThat(page)
        .contains("not measured", "12 that counted against it")
        .contains("<b>0 read as 3</b>", "<b>2 cup, 1 plate: average precision 41.0 %</b>");
  }

  @Test
  void theReleaseSaysWhatWrongAnswersComeTo() {
    var page =
        browser.get("/parcels/releases/" + digest("release digit-reader 4").abbreviated()).body();
    assertThat(page)
        .contains("<h2 id=\"co-h\">In checkouts</h2>", ">Checkouts that fail</th>")
        .contains("int8 in warm light", "int8 under brightness of −40\u00a0%")
        .containsPattern("<b>1 in 7</b><span class=\"sub\">14.15 % \\(3.92–42.16 %\\)</span>")
        .contains("0.76 %", "0.06 EUR", "Cost of one checkout")
        .contains("independent of each other; it fails by one wrong answer or more.")
        .contains("&lt;script&gt;");
    assertThat(
            browser
                .get("/parcels/releases/" + digest("release digit-reader 5").abbreviated())
                .body())
        .doesNotContain("id=\"costs\"");
  }

  @Test
  void theReleaseSaysWhatTheGitHostKnowsAndWhatStandsAgainstTheRest() {
    var page =
        browser.get("/parcels/releases/" + digest("release digit-reader 3").abbreviated()).body();
    assertThat(page)
        .contains("Commit statuses</h2>", "acme/parcels <span class=\"mono\">1a2b3c4d</span>")
        .contains("3 of 6</td>", "given up: api.github.com answered 401")
        .contains("&lt;i&gt;")
        .doesNotContain("token <i>");
    assertThat(
            browser
                .get("/parcels/releases/" + digest("release digit-reader 4").abbreviated())
                .body())
        .doesNotContain("Commit statuses");
  }

  @Test
  void theReleaseShowsAccuracyAtEachStrengthOfAFault() {
    var page =
        browser.get("/parcels/releases/" + digest("release digit-reader 3").abbreviated()).body();
    assertThat(page)
        .contains(
            "Least accuracy of int8 under brightness of −40\u00a0% to 40\u00a0%",
            "it falls below the limit from 3\u00a0%",
            "limit 90.00 %",
            ">−40 %</th>",
            ">40 %</th>",
            "79.00–83.50 %")
        .containsPattern(">0 %</th><td class=\"num\" data-l=\"Measured\">89.40 %</td>")
        // Of 70 % to 100 % in 180 px, from 81.4 % up to 97.4 %.
        .containsPattern("class=\"ln c-ink\" d=\"M0.0 111.6L.*L1000.0 15.6\"");
  }

  @Test
  void aRunningReleaseShowsItsStepAndAsksAgainByItself() {
    var path = "/parcels/releases/" + digest("release digit-reader 6").abbreviated();
    var page = browser.get(path).body();
    assertThat(page)
        .contains(
            "hx-get=\"%s/live?was=RUNNING\"".formatted(path),
            "hx-trigger=\"every 1s\"",
            "118 of 300 calibration images",
            "value=\"0.39\"");
    var block = browser.get(path + "/live?was=RUNNING");
    assertThat(block.body()).contains("id=\"live\"", "<progress").doesNotContain("<html");
    assertThat(block.header("HX-Refresh")).isEmpty();
    assertThat(browser.get(path + "/live?was=WAITING").header("HX-Refresh")).contains("true");
  }

  @Test
  void aReleaseThatIsOverDoesNotAskAgain() {
    assertThat(
            browser
                .get("/parcels/releases/" + digest("release digit-reader 4").abbreviated())
                .body())
        .doesNotContain("hx-trigger");
  }

  @Test
  void aDecisionIsOfferedOnlyWhereOneIsWaitedFor() {
    assertThat(
            browser
                .get("/parcels/releases/" + digest("release digit-reader 5").abbreviated())
                .body())
        .contains("Approve: all traffic to 5");
    assertThat(
            browser
                .get("/parcels/releases/" + digest("release digit-reader 4").abbreviated())
                .body())
        .doesNotContain("/approve\"");
  }

  @Test
  void whatIsNotThereIsAPageThatSaysWhatToDo() {
    for (var path :
        List.of(
            "/parcels/releases/00000000",
            "/parcels/releases/zz",
            "/parcels/batches/00000000",
            "/parcels/models/digit-reader@00000000",
            "/parcels/runs/ffffffff",
            "/parcels/lineage/00000000",
            "/no_name/releases",
            "/parcels/batches/%s/frames/99".formatted(digest("batch open").abbreviated()),
            "/o/00000000")) {
      var page = browser.get(path);
      assertThat(page.status()).as(path).isEqualTo(404);
      assertThat(page.body()).as(path).contains("What to do");
    }
  }

  @Test
  void aDigestLeadsToItsPlaceInTheGraph() {
    var start = digest("dataset 2");
    assertThat(browser.get("/o/" + start).header("Location"))
        .hasValueSatisfying(to -> assertThat(to).endsWith("/parcels/lineage/" + start.hex()));
    assertThat(browser.get("/parcels/lineage/" + start.abbreviated()).body())
        .contains("class=\"node cur\"", "The same, as a list", "class=\"edge on\"");
  }

  @Test
  void aServiceThatDoesNotAnswerCostsAPanel() {
    var lab = context.getBean(SampleLab.class);
    lab.silence =
        Optional.of(
            new ServiceUnavailable(
                "lab", "it does not answer within 2 s", "start it with --roles=lab"));
    try {
      for (var path : List.of("/parcels", "/parcels/lab")) {
        var page = browser.get(path);
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.body()).contains("The lab does not answer", "start it with --roles=lab");
      }
    } finally {
      lab.silence = Optional.empty();
    }
  }

  @Test
  void imagesLeaveAsImagesAndNothingElseLeaves() throws Exception {
    var objects = context.getBean(ObjectStore.class);
    var picture = browser.get("/parcels/images/" + Samples.image(3));
    assertThat(picture.status()).isEqualTo(200);
    assertThat(picture.header("Content-Type")).contains("image/png");
    assertThat(picture.header("Cache-Control"))
        .hasValueSatisfying(cache -> assertThat(cache).contains("private", "immutable"));
    assertThat(picture.header("X-Content-Type-Options")).contains("nosniff");
    var page =
        objects.put(
            "<html><script>alert(1)</script>".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    var large = Arrays.copyOf(Samples.picture(1), (16 << 20) + 1);
    for (var hidden : List.of(page, objects.put(large), digest("nothing"))) {
      assertThat(browser.get("/parcels/images/" + hidden).status()).isEqualTo(404);
    }
    assertThat(
            browser.get("/parcels/images/" + objects.put(Arrays.copyOf(large, 16 << 20))).status())
        .as("16 MiB are allowed")
        .isEqualTo(200);
  }
}
