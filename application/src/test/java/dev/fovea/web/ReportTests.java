package dev.fovea.web;

import static dev.fovea.web.Samples.digest;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.kernel.Digest;
import dev.fovea.pipelines.Release;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.ConfigurableApplicationContext;

/** A release as one file: what it says, that it needs nothing else, and that names are names. */
class ReportTests {
  /** Every attribute by which HTML, SVG or CSS in it can name something to fetch or run. */
  private static final Pattern REFERENCE =
      Pattern.compile(
          "\\s(?:href|src|srcset|xlink:href|action|formaction|data|poster|background|ping|cite|manifest|style)\\s*=\\s*\"([^\"]*)\"");

  private static final Pattern PICTURE =
      Pattern.compile("<image id=\"([^\"]+)\"[^>]* href=\"data:image/png;base64,([^\"]+)\"");

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

  private static String address(int number) {
    return "/api/v1/projects/parcels/releases/%s/report.html"
        .formatted(digest("release digit-reader " + number));
  }

  private static String report(int number) {
    var page = browser.get(address(number));
    assertThat(page.status()).as(page.body()).isEqualTo(200);
    return page.body();
  }

  private static Release release(int number) {
    return context.getBean(SampleReleases.class).all.stream()
        .filter(each -> each.number() == number && each.model().equals(Samples.READER))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void comesAsAFileThatNoBrowserRunsAnythingOf() {
    var page = browser.get(address(4));
    assertThat(page.header("Content-Type")).contains("text/html;charset=UTF-8");
    assertThat(page.header("Content-Disposition").orElseThrow())
        .startsWith("attachment; filename=\"digit-reader-4-")
        .endsWith(".html\"");
    assertThat(page.header("Content-Security-Policy").orElseThrow())
        .isEqualTo("default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox");
    assertThat(page.header("X-Content-Type-Options")).contains("nosniff");
    assertThat(page.header("Content-Length"))
        .contains(String.valueOf(page.body().getBytes(StandardCharsets.UTF_8).length));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5, 6})
  void needsNothingButItself(int number) {
    var report = report(number);
    assertThat(report)
        .contains(
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\"",
            "@media print",
            "color-scheme: light dark",
            "<html lang=\"en\">");
    assertThat(report.toLowerCase(Locale.ROOT))
        .doesNotContain("http://", "https://", "<script", "<link", "<iframe", "<object", "<base")
        .doesNotContain("@import", "url(", "javascript:", "<foreignobject");
    assertThat(REFERENCE.matcher(report).results().map(found -> found.group(1)))
        .isNotEmpty()
        .allMatch(value -> value.startsWith("#") || value.startsWith("data:image/png;base64,"));
    assertThat(report.replaceAll("\"[^\"]*\"", "\"\""))
        .as("handlers")
        .doesNotContainPattern("<[a-z][^>]*\\son[a-z]+\\s*=");
    assertThat(report.split("<h1", -1)).hasSize(2);
    assertThat(report).endsWith("</html>\n");
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4, 5})
  void hasWhatItsReferencesName(int number) {
    var report = report(number);
    var ids = new HashSet<String>();
    Pattern.compile("\\sid=\"([^\"]+)\"")
        .matcher(report)
        .results()
        .forEach(
            found -> assertThat(ids.add(found.group(1))).as("twice: " + found.group(1)).isTrue());
    assertThat(
            REFERENCE
                .matcher(report)
                .results()
                .map(found -> found.group(1))
                .filter(value -> value.startsWith("#"))
                .map(value -> value.substring(1)))
        .isNotEmpty()
        .allMatch(ids::contains);
    assertThat(
            Pattern.compile("aria-labelledby=\"([^\"]+)\"")
                .matcher(report)
                .results()
                .map(found -> found.group(1)))
        .allMatch(ids::contains);
  }

  @Test
  void saysWhatWasReleasedByWhichDigestsWhenAndByWhichVersion() {
    var release = release(4);
    var measures = SampleComparisons.measures(release);
    var policy = Digest.sha256(measures.policy().getBytes(StandardCharsets.UTF_8));
    var report = report(4);
    assertThat(report)
        .contains(
            "<dd><span>parcels</span>",
            release.digest().toString(),
            release.modelDigest().toString(),
            release.dataset().toString(),
            release.policy().toString(),
            policy.toString(),
            release.fp32().orElseThrow().toString(),
            release.int8().orElseThrow().toString(),
            "asked for by ada");
    for (var form : measures.forms()) {
      assertThat(report)
          .contains(form.evaluation().toString(), form.profiles().getFirst().digest().toString());
    }
    assertThat(report)
        .containsPattern(
            "made \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d UTC by Fovea (\\(built from source\\)|\\d)");
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4, 5})
  void hasEachGatesValueIntervalLimitAndVerdict(int number) {
    var report = report(number);
    var gates = part(report, "gates");
    for (var ruling : release(number).verdict().orElseThrow().rulings()) {
      var row = row(gates, typeset(ruling.rule().substring(1)) + "<");
      assertThat(row)
          .contains("fovea.yaml:" + ruling.line())
          .containsIgnoringCase(">" + ruling.outcome() + "<");
      if (ruling.unit().isEmpty()) {
        assertThat(row).contains(percent(ruling.measured(), ruling.rule().startsWith("drop")));
        assertThat(row)
            .contains(
                String.format(Locale.ROOT, "%.2f", 100 * ruling.low()).replace('-', '−'),
                percent(ruling.high(), ruling.rule().startsWith("drop")));
      }
    }
  }

  /** With signs for minus and spaces that do not break, as pages write it. */
  private static String typeset(String text) {
    return text.replace(" -", " −").replaceAll("(?<=\\d) %", "\u00a0%");
  }

  private static String percent(double share, boolean difference) {
    return String.format(Locale.ROOT, difference ? "%.2f pp" : "%.2f %%", 100 * share)
        .replace('-', '−');
  }

  @Test
  void hasEachClassOfBothVariantsWithTheDifference() {
    var comparison = release(4).verdict().orElseThrow().comparison().orElseThrow();
    var table = part(report(4), "classes");
    var rows = table.split("<tr", -1);
    // Before the first there is the head.
    assertThat(rows).hasSize(comparison.classes().size() + 2);
    for (int i = 0; i < comparison.classes().size(); i++) {
      var of = comparison.classes().get(i);
      var row = rows[i + 2];
      assertThat(row)
          .contains(
              ">%d<".formatted(of.count()),
              ">%s<".formatted(percent(of.fp32().value(), false)),
              ">%s<".formatted(percent(of.int8().value(), false)));
      double points = of.change().value();
      assertThat(row)
          .contains(
              points == 0
                  ? ">0.00 pp<"
                  : String.format(Locale.ROOT, ">%+.2f pp<", 100 * points).replace('-', '−'));
    }
    assertThat(rows[2]).as("the interval is below 0").contains("class=\"down\"");
    assertThat(rows[3]).as("the interval holds 0").doesNotContain("class=\"down\"");
  }

  @Test
  void hasTheIntervalOfEachAveragePrecisionThatHasOneAndOnHowManyImagesItRests() {
    var table = part(report(3), "classes");
    assertThat(table).contains("95 % intervals, too narrow for classes in few images");
    assertThat(row(table, ">parcel<"))
        .contains(">31<", ">in 9 images<", "61.04–79.88", "38.12–64.93", "−28.11 to −9.07 pp")
        .contains("x1=\"61.04%\" x2=\"79.88%\"", "cx=\"52.00%\"", "class=\"down\"");
    assertThat(row(table, ">crate<"))
        .contains(">62<", "cx=\"82.00%\"", "<span class=\"sub\"></span>")
        .doesNotContain("images<", "–", "class=\"down\"");
    assertThat(part(report(4), "classes")).contains("95 % intervals").doesNotContain("too narrow");
    var page = browser.get("/parcels/releases/" + digest("release digit-reader 3").abbreviated());
    assertThat(page.body()).contains(">in 9 images<", "x1=\"61.04%\" x2=\"79.88%\"");
  }

  @Test
  void hasTheWorstImagesWithWhatBothSay() {
    var comparison = release(4).verdict().orElseThrow().comparison().orElseThrow();
    var worst = part(report(4), "worst");
    assertThat(worst.split("<li", -1)).hasSize(comparison.images().size() + 1);
    assertThat(worst.split("<use href=\"#picture-", -1))
        .as("twice each but one that is no longer there")
        .hasSize(2 * (comparison.images().size() - 1) + 1);
    assertThat(worst).contains("17 more are not shown", "no finite answer", ": no picture");
    assertThat(report(4)).contains("1 picture is missing:");
  }

  @Test
  void drawsWhatIsThereAndWhatEachVariantFound() {
    var worst = part(report(3), "worst");
    assertThat(worst.split("class=\"bx here\"", -1)).hasSize(2 * 4 * 2 + 1);
    assertThat(worst.split("class=\"bx added\"", -1)).hasSize(5 * 3 + 1);
    assertThat(worst)
        .contains(
            "viewBox=\"0 0 160 100\"",
            "points=\"30.0,31.0 70.0,31.0 70.0,78.0 30.0,78.0\"",
            "crate 43%",
            "average precision 95.0 %",
            "surest false alarm 60.0 %");
  }

  @Test
  void hasSizeAndLatencyOfBothVariantsAsBars() {
    var takes = part(report(4), "takes");
    assertThat(takes)
        .contains("1.7 MiB", "471.0 KiB", "int8 is 3.70 times smaller")
        .contains("int8 is 2.70 times faster at p50", "2.59 ms", "0.960 ms", "2.54–2.64 ms")
        .contains("Latency on local-cpu", "3.13 to no end");
    assertThat(takes.split("<svg class=\"bar\"", -1)).as("2 sizes, 3 quantiles each").hasSize(9);
    assertThat(takes).contains("width=\"100.00%\"");
  }

  @Test
  void hasTheCurvesAndTheFrontAndTheCosts() {
    assertThat(report(3)).contains("Least accuracy of int8 under brightness", "class=\"plot\"");
    assertThat(report(5)).contains("Precision: int8-2 of 5 models tried", "budget 0.50 pp");
    assertThat(part(report(4), "costs")).contains("1 in 7", "under brightness of −40");
  }

  @Test
  void namesAreNamesWhateverStandsInThem() {
    var report = report(4);
    assertThat(report)
        .doesNotContain("<script", "<img", "\u202E", SampleComparisons.QUOTE)
        .contains("&lt;script&gt;alert(", "[U+202E]gepj", "&quot;&gt;&lt;img src=x onerror=");
    assertThat(report.codePoints())
        .noneMatch(c -> c != '\n' && c != '\t' && Character.isISOControl(c));
    var page = browser.get("/parcels/releases/" + digest("release digit-reader 4").abbreviated());
    assertThat(page.body())
        .as("the page itself")
        .doesNotContain("<img src=x", "\u202Egepj")
        .contains("[U+202E]gepj", "Worst images, FP32 beside INT8", "Size and latency");
  }

  @Test
  void picturesAreSmallAndWrittenAnew() throws Exception {
    var pictures = PICTURE.matcher(report(4)).results().toList();
    assertThat(pictures).hasSizeBetween(10, 60);
    for (var picture : pictures) {
      var png = Base64.getDecoder().decode(picture.group(2));
      var image = ImageIO.read(new ByteArrayInputStream(png));
      assertThat(image.getWidth()).isEqualTo(28);
      assertThat(image.getHeight()).isEqualTo(28);
    }
    assertThat(pictures.stream().map(found -> found.group(2)).distinct().count())
        .as("each once")
        .isEqualTo(pictures.size());
  }

  @Test
  void isThereBeforeAnythingWasJudged() {
    assertThat(report(6)).contains("quantize, step 3 of 7").doesNotContain("id=\"gates\"");
    assertThat(report(2)).contains("the release broke off, nothing was judged");
  }

  @Test
  void isOfferedWhereSomethingWasJudged() {
    for (int number : List.of(3, 4, 5)) {
      assertThat(
              browser
                  .get(
                      "/parcels/releases/" + digest("release digit-reader " + number).abbreviated())
                  .body())
          .contains(
              "Report as one file",
              "/releases/%s/report.html\"".formatted(release(number).digest().hex()));
    }
    assertThat(
            browser
                .get("/parcels/releases/" + digest("release digit-reader 6").abbreviated())
                .body())
        .doesNotContain("Report as one file");
  }

  @Test
  void isFoundByEightDigitsAndRefusedAsTheApiDoes() {
    var short8 =
        "/api/v1/projects/parcels/releases/%s/report.html"
            .formatted(digest("release digit-reader 4").abbreviated());
    assertThat(browser.get(short8).status()).isEqualTo(200);
    for (var wrong : Stream.of("00000000", "zz", "%3Cscript%3E").toList()) {
      var page = browser.get("/api/v1/projects/parcels/releases/%s/report.html".formatted(wrong));
      assertThat(page.status()).as(wrong).isEqualTo(404);
      assertThat(page.header("Content-Type").orElseThrow()).startsWith("application/problem+json");
      assertThat(page.body()).contains("\"remedy\"");
    }
  }

  /** The section with this id, to its own end: no section is in another. */
  private static String part(String report, String id) {
    Matcher begin = Pattern.compile("<section[^>]* id=\"" + id + "\"").matcher(report);
    assertThat(begin.find()).as("section " + id).isTrue();
    return report.substring(begin.start(), report.indexOf("</section>", begin.start()));
  }

  private static String row(String table, String words) {
    int at = table.indexOf(words);
    assertThat(at).as(words).isPositive();
    return table.substring(at, table.indexOf("</tr>", at));
  }
}
