package dev.fovea.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

/** The stages of a repository's pipelines, as a browser asks for them. */
class StagePagesTests {
  private static final String STAGES = "/parcels/stages";
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

  @Test
  void saysWhatIsOutOfDateFirstAndThenEachStage() {
    assertThat(browser.get(STAGES).body())
        .contains(
            "6 stages: 1 changed, 1 never ran, 1 not pushed, 1 runs every time, 2 unchanged</h1>",
            "head of main",
            "<tr id=\"stage-1\">",
            "train.lr is 0.02 and was 0.05",
            ">not in the remote</b>",
            ">[16, 32, 64]</code>",
            "1.4 MiB, 3,300 files",
            "href=\"#stage-3\"",
            "/parcels/lineage?text=stage%20train%20of%20dvc.yaml\"",
            "/parcels/lineage?text=data%2Fraw\"")
        .doesNotContain("Not drawn", "Stages after these");
  }

  @Test
  void pagesHundredsOfStagesAndSaysWhatIsNotDrawn() {
    var first = browser.get(STAGES + "?at=many").body();
    assertThat(first)
        .contains(
            "320 stages: 1 changed, 319 unchanged</h1>",
            "Not drawn: 308 stages and 616 files and folders",
            "1 to 100 of 320",
            "href=\"/parcels/stages?at=many&amp;from=100\"")
        .doesNotContain("id=\"stage-100\"");
    var last = browser.get(STAGES + "?at=many&from=399").body();
    assertThat(last)
        .contains(
            "301 to 320 of 320",
            "id=\"stage-319\"",
            "href=\"/parcels/stages?at=many#stage-0\"",
            "href=\"/parcels/stages?at=many&amp;from=200\"")
        .doesNotContain("id=\"stage-299\"", "Stages after these");
    for (var from : new String[] {"-1", "2147483647", "-2147483648"}) {
      assertThat(browser.get(STAGES + "?at=many&from=" + from).status()).as(from).isEqualTo(200);
    }
  }

  @Test
  void saysWhatCannotBeReadWithItsLineAndWhatToDo() {
    assertThat(browser.get(STAGES + "?at=broken").body())
        .contains(
            "1 stage: 1 unchanged</h1>",
            "reports/dvc.yaml, line 7</b>",
            "mapping values are not allowed here",
            "What to do: mend it until &#39;dvc stage list&#39;");
  }

  @Test
  void saysHowToBeginWhereThereIsNoPipelineOrNoCommit() {
    assertThat(browser.get(STAGES + "?at=feature/none").body())
        .contains("No pipeline</h1>", "class=\"panel empty\"", "dvc stage add -n prepare");
    assertThat(browser.get("/" + Samples.EMPTY + "/stages").body())
        .contains("No pipeline yet</h1>", "/git/" + Samples.EMPTY + ".git");
    var gone = browser.get(STAGES + "?at=gone");
    assertThat(gone.status()).isEqualTo(404);
    assertThat(gone.body()).contains("What to do", "Give a branch");
  }

  @Test
  void takesNamesFromTheRepositoryAsText() {
    var page = browser.get(STAGES + "?at=hostile");
    assertThat(page.status()).isEqualTo(200);
    assertThat(page.body())
        .doesNotContain(Samples.HOSTILE)
        .contains("&lt;script&gt;alert", "and 12 more</summary>", "class=\"edge back\"");
  }

  @Test
  void isReachedFromDatasetsTheirVersionsAndTheLineage() {
    var version =
        context.getBean(SampleDatasets.class).versions(Samples.PARCELS, Samples.DIGITS).getFirst();
    assertThat(browser.get("/parcels/datasets").body()).contains("href=\"/parcels/stages\"");
    assertThat(browser.get("/" + Samples.EMPTY + "/datasets").body()).doesNotContain("/stages\"");
    assertThat(browser.get("/parcels/datasets/digits@" + version.digest().abbreviated()).body())
        .contains("href=\"/parcels/stages?at=%s\"".formatted(version.commit()));
    assertThat(browser.get("/parcels/lineage/" + Samples.digest("dataset 2")).body())
        .contains("href=\"/parcels/stages?at=9f3c2ab1\"");
    assertThat(browser.get("/parcels/lineage/" + Samples.digest("int8 digit-reader 5")).body())
        .doesNotContain("/parcels/stages");
  }
}
