package dev.fovea.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.kernel.Digest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

/** The history of an image, as a browser asks for it. */
class ImagePagesTests {
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

  /** 2 is the newest. */
  private static Digest version(int number) {
    return context
        .getBean(SampleDatasets.class)
        .versions(Samples.PARCELS, Samples.DIGITS)
        .get(2 - number)
        .digest();
  }

  @Test
  void saysWhatEachVersionDidAndWhichModelsWereMadeOfVersionsWithIt() {
    assertThat(browser.get(IMAGES + SampleHistories.RENAMED).body())
        .contains("0012.png: 2 changes, the last in digits 2</h1>")
        .containsSubsequence(
            "Renamed, other split, relabelled</b>",
            "/parcels/datasets/digits@%s\"".formatted(version(2).abbreviated()),
            "<del class=\"d any\">fresh/two.png</del>",
            "<ins class=\"d any\">train/2/0012.png</ins>",
            "<del class=\"d any\">1</del>",
            "&lt;script&gt;alert",
            "/parcels/datasets/digits/diff/%s..%s"
                .formatted(version(1).abbreviated(), version(2).abbreviated()),
            "Added</b>")
        .containsSubsequence("Models made with it", "digit-reader 3", "1, val", "digit-reader 2")
        .contains("a frame of production", "answered 2 at");
  }

  @Test
  void drawsWhatChangedAmongTheObjectsOnceItIsSeen() {
    var page = browser.get(IMAGES + SampleHistories.SCENE).body();
    var part = IMAGES + SampleHistories.SCENE + "?change=" + version(2);
    assertThat(page).contains("hx-get=\"%s\"".formatted(part)).doesNotContain("<polygon");
    assertThat(browser.get(part).body())
        .doesNotContain("<html", Samples.HOSTILE)
        .contains(
            "<polygon class=\"bx removed\" points=\"12.00,30.00 52.00,30.00 52.00,70.00 12.00,70.00 \">",
            "<polygon class=\"bx added\" points=\"18.00,30.00 58.00,30.00 58.00,70.00 18.00,70.00 \">",
            "1 box moved, 1 car -&gt; &lt;script&gt;alert");
    assertThat(browser.get(IMAGES + SampleHistories.SCENE + "?at=" + version(2)).body())
        .contains("3 objects", "<polygon class=\"bx here\"")
        .doesNotContain("bx removed");
  }

  @Test
  void keepsThePictureWhereTheManifestIsGone() {
    var part = browser.get(IMAGES + SampleHistories.OFTEN + "?at=" + version(2));
    assertThat(part.status()).isEqualTo(200);
    assertThat(part.header("HX-Reswap")).contains("beforeend");
    assertThat(part.body()).contains("Its labels cannot be drawn", "there is no object");
  }

  @Test
  void saysWhereAnImageWent() {
    assertThat(browser.get(IMAGES + "fresh/two.png").body())
        .contains("two.png: renamed in digits 2</h1>", IMAGES + SampleHistories.RENAMED + "\"")
        .doesNotContain("Versions with it");
    assertThat(browser.get(IMAGES + SampleHistories.REMOVED).body())
        .contains("0001.png: removed in digits 2</h1>", "1, train")
        .as("a model of the version without it")
        .doesNotContain("digit-reader 2");
  }

  @Test
  void pagesALongHistory() {
    var first = browser.get(IMAGES + SampleHistories.OFTEN).body();
    assertThat(first)
        .contains("0019.png: more than 20 changes, the last in digits 30</h1>")
        .contains("href=\"%s?before=11\"".formatted(IMAGES + SampleHistories.OFTEN));
    var second = browser.get(IMAGES + SampleHistories.OFTEN + "?before=11").body();
    assertThat(second)
        .contains("0019.png before digits 11</h1>", ">digits 10<", ">digits 1<", "Newest changes")
        .doesNotContain("?before=", ">digits 11<");
  }

  @Test
  void saysThatVersionsAreNotReadYet() {
    assertThat(browser.get(IMAGES + SampleHistories.WAITING).body())
        .contains("later.png: not read yet</h1>", "2 versions are not read yet")
        .contains("class=\"panel empty\"");
  }

  @Test
  void isReachedFromTheVersionAndTheDiff() {
    var digits = List.of(version(1).abbreviated(), version(2).abbreviated());
    assertThat(browser.get("/parcels/datasets/digits@" + digits.get(1)).body())
        .contains("href=\"" + IMAGES + "train/");
    assertThat(
            browser
                .get("/parcels/datasets/digits/diff/%s..%s".formatted(digits.get(0), digits.get(1)))
                .body())
        .contains("href=\"%s\"".formatted(IMAGES + SampleHistories.SCENE))
        .contains("href=\"%s\"".formatted(IMAGES + SampleHistories.REMOVED));
  }

  @Test
  void takesNamesFromOutsideAsTextAndNoAddressForAPath() {
    var odd =
        browser.get(
            "/parcels/datasets/digits/images?path="
                + URLEncoder.encode(SampleHistories.ODD, StandardCharsets.UTF_8));
    assertThat(odd.status()).isEqualTo(200);
    assertThat(odd.body())
        .doesNotContain(Samples.HOSTILE)
        .contains("/parcels/datasets/digits/images?path=train%2F50%25%20off%3B%20%3Cscript%3E");
    for (var path :
        List.of("%2e%2e/%2e%2e/x", "a%2f..%2f..%2fb", "a%5cb", "a%00b", "a//b", "50%25.png")) {
      assertThat(browser.get(IMAGES + path).status()).as(path).isEqualTo(400);
    }
    for (var path : List.of("nothing.png", "", "train", "train/3/0013.png/")) {
      var page = browser.get(IMAGES + path);
      assertThat(page.status()).as(path).isEqualTo(404);
      assertThat(page.body()).as(path).contains("What to do");
    }
    assertThat(browser.get(IMAGES + SampleHistories.SCENE + "?change=nothing").status())
        .isEqualTo(404);
    assertThat(browser.get("/parcels/datasets/other/images/x.png").status()).isEqualTo(404);
  }
}
