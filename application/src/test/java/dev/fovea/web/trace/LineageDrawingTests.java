package dev.fovea.web.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.kernel.LineageLinked;
import dev.fovea.kernel.LineageNode;
import dev.fovea.kernel.LineageNode.Kind;
import dev.fovea.kernel.Name;
import dev.fovea.registry.Lineage.Graph;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The drawn graph. */
class LineageDrawingTests {
  private static final Name PROJECT = Name.of("parcels");
  private final LineageNode dataset = LineageNode.named(Kind.DATASET_VERSION, "d", "digits 2");
  private final LineageNode model = LineageNode.named(Kind.MODEL_VERSION, "m", "digit-reader 4");
  private final LineageNode variant =
      LineageNode.named(
          Kind.VARIANT, "v", "digit-reader 4 int8, a name that is too long for its box");

  @Test
  void drawsWhatTheThingCameFromStrongAndTheRestFaint() {
    var drawing =
        LineageDrawing.of(
            PROJECT,
            new Graph(
                model,
                List.of(model, dataset, variant),
                List.of(link(dataset, model), link(model, variant))));
    assertThat(drawing.boxes())
        .extracting(LineageDrawing.Box::style)
        .containsExactly("on", "cur", "");
    assertThat(drawing.arrows())
        .extracting(LineageDrawing.Arrow::strong)
        .containsExactly(true, false);
    assertThat(drawing.boxes().get(2).label()).hasSizeLessThanOrEqualTo(19).endsWith("…");
  }

  @Test
  void drawsStagesWithTheDataThatTheyReadAndMade() {
    var raw = LineageNode.named(Kind.DATA, "r", "raw (3d94c44bc6da26cf1791a06d2cc7f45f.dir)");
    var stage = LineageNode.named(Kind.STAGE, "s", "stage <b> of dvc.yaml");
    var drawing =
        LineageDrawing.of(
            PROJECT,
            new Graph(
                dataset,
                List.of(dataset, stage, raw),
                List.of(link(raw, stage), link(stage, dataset))));
    assertThat(drawing.boxes())
        .extracting(LineageDrawing.Box::kind)
        .containsExactly("Dataset", "Stage", "Data");
    assertThat(drawing.boxes()).extracting(LineageDrawing.Box::x).containsOnly(176);
    assertThat(drawing.arrows()).hasSize(2).allMatch(LineageDrawing.Arrow::strong);
  }

  @Test
  void keepsACrowdedColumnShortAndSaysHowManyAreInTheListAlone() {
    var nodes = new ArrayList<LineageNode>(List.of(model));
    var links = new ArrayList<LineageLinked>();
    for (int i = 0; i < 200; i++) {
      var frame = LineageNode.named(Kind.FRAME, "f" + i, "frame " + i);
      nodes.add(frame);
      links.add(link(model, frame));
    }
    var drawing = LineageDrawing.of(PROJECT, new Graph(model, nodes, links));
    assertThat(drawing.boxes()).hasSize(7);
    assertThat(drawing.hidden()).isEqualTo(194);
    assertThat(drawing.arrows()).hasSize(6);
  }

  @Test
  void drawsALoopBackBelowTheBoxes() {
    var frame = LineageNode.named(Kind.FRAME, "f", "frame");
    var drawing =
        LineageDrawing.of(
            PROJECT,
            new Graph(
                dataset,
                List.of(dataset, frame),
                List.of(link(dataset, frame), link(frame, dataset))));
    assertThat(drawing.arrows())
        .extracting(LineageDrawing.Arrow::back)
        .containsExactly(false, true);
  }

  private static LineageLinked link(LineageNode from, LineageNode to) {
    return new LineageLinked(PROJECT, from, "made from", to, Instant.EPOCH);
  }
}
