package dev.fovea.web.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.datasets.PipelineStages.Comparison;
import dev.fovea.datasets.PipelineStages.Dep;
import dev.fovea.datasets.PipelineStages.Kept;
import dev.fovea.datasets.PipelineStages.Out;
import dev.fovea.datasets.PipelineStages.Stage;
import dev.fovea.datasets.PipelineStages.State;
import dev.fovea.kernel.Name;
import dev.fovea.web.build.StageDrawing.Arrow;
import dev.fovea.web.build.StageDrawing.Box;
import dev.fovea.web.build.StageGraph.Node;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The drawn graph of stages. */
class StageDrawingTests {
  private static final StageAddresses HERE = new StageAddresses(Name.of("parcels"), "main", 0);

  @Test
  void putsEachStageBehindAllThatItWaitsFor() {
    var stages =
        List.of(
            stage("report", "model metrics labels", ""),
            stage("train", "data code", "model metrics"),
            stage("prepare", "raw", "data"));
    assertThat(layers(stages))
        .containsExactly("raw", "prepare", "data code", "train", "model metrics labels", "report");
    assertThat(StageGraph.of(stages).links()).hasSize(9);
  }

  @Test
  void tiesWhatLiesInAnotherStagesFolderAndFoldersOfOutputs() {
    var stages =
        List.of(
            stage("unpack", "", "raw"),
            stage("label", "raw/1.txt", "labels/a.csv"),
            stage("count", "labels", ""));
    assertThat(layers(stages))
        .containsExactly("unpack", "raw raw/1.txt", "label", "labels/a.csv labels", "count");
    assertThat(StageGraph.of(stages).links())
        .anySatisfy(link -> {
          assertThat(link.from().text()).isEqualTo("unpack");
          assertThat(link.to().text()).isEqualTo("raw/1.txt");
        });
  }

  @Test
  void drawsWhatWaitsForItselfOnceWithAnArrowBack() {
    var drawing =
        StageDrawing.of(
            List.of(stage("a", "x", "y"), stage("b", "y", "x"), stage("c", "z", "z")), HERE);
    assertThat(drawing.boxes()).hasSize(6);
    assertThat(drawing.arrows()).hasSize(6).extracting(Arrow::back).contains(true, false);
    assertThat(drawing.hidden()).isZero();
  }

  @Test
  void leadsArrowsPastAColumnAboveAllBoxes() {
    var drawing =
        StageDrawing.of(
            List.of(stage("a", "", "x"), stage("b", "x", "y"), stage("c", "x y", "")), HERE);
    int highest = drawing.boxes().stream().mapToInt(Box::y).min().orElseThrow();
    assertThat(drawing.arrows())
        .filteredOn(arrow -> arrow.path().contains("H"))
        .singleElement()
        .satisfies(arrow -> {
          var lane = arrow.path().replaceFirst(".*?V(\\d+)H.*", "$1");
          assertThat(Integer.parseInt(lane)).isLessThan(highest);
        });
  }

  @Test
  @Timeout(20)
  void keepsCrowdedLayersAndLongChainsShortAndCountsWhatIsNotDrawn() {
    var many =
        IntStream.range(0, 1_000).mapToObj(i -> stage("s" + i, "in" + i, "out" + i)).toList();
    var drawing = StageDrawing.of(many, HERE);
    assertThat(drawing.boxes()).hasSize(36);
    assertThat(drawing.arrows()).as("of what is drawn beside each other").hasSize(24);
    assertThat(drawing.hidden()).isEqualTo(988);
    assertThat(drawing.hiddenData()).isEqualTo(2_000 - 24);
    var chain =
        IntStream.range(0, 1_000)
            .mapToObj(i -> stage("s" + i, "d" + i, "d" + (i + 1)))
            .toList()
            .reversed();
    var cut = StageDrawing.of(chain, HERE);
    assertThat(cut.boxes()).hasSize(25);
    assertThat(cut.boxes().getFirst().whole()).isEqualTo("d0");
    assertThat(cut.hidden()).isEqualTo(988);
  }

  @Test
  void shortensNamesAtTheirEndAndPathsAtTheirBeginning() {
    var boxes =
        StageDrawing.of(List.of(stage("n".repeat(40), "😀/very/long/path/to/data.csv", "")), HERE)
            .boxes();
    assertThat(boxes)
        .extracting(Box::label)
        .containsExactly("…/path/to/data.csv", "n".repeat(17) + "…");
    assertThat(boxes.getLast().below()).isEqualTo("unchanged");
    assertThat(boxes.getLast().href()).isEqualTo("#stage-0");
  }

  @Test
  void leadsToThePageOfTheTableThatHasTheStage() {
    var third = new StageAddresses(Name.of("parcels"), "fix/a&b", 200);
    assertThat(third.row(205)).isEqualTo("#stage-205");
    assertThat(third.row(3)).isEqualTo("/parcels/stages?at=fix%2Fa%26b#stage-3");
    assertThat(third.row(105)).isEqualTo("/parcels/stages?at=fix%2Fa%26b&from=100#stage-105");
  }

  private static List<String> layers(List<Stage> stages) {
    return StageGraph.of(stages).layers().stream()
        .map(layer -> String.join(" ", layer.stream().map(Node::text).toList()))
        .toList();
  }

  private static Stage stage(String name, String deps, String outs) {
    return new Stage(
        "dvc.yaml",
        name,
        "make " + name,
        words(deps).stream().map(path -> new Dep(path, Optional.empty(), Comparison.SAME)).toList(),
        List.of(),
        words(outs).stream()
            .map(path -> new Out(path, Optional.empty(), Optional.empty(), Kept.HERE))
            .toList(),
        State.UNCHANGED,
        List.of());
  }

  private static List<String> words(String text) {
    return Arrays.stream(text.split(" ")).filter(word -> !word.isEmpty()).toList();
  }
}
