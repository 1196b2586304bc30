package dev.fovea.web.runs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.web.Plot;
import dev.fovea.web.runs.Coordinates.Absence;
import dev.fovea.web.runs.Coordinates.Form;
import dev.fovea.web.runs.Coordinates.Item;
import dev.fovea.web.runs.Coordinates.Lane;
import dev.fovea.web.runs.Coordinates.Wanted;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Where the lines of parallel coordinates go. */
class CoordinatesTests {
  @Test
  void aMissingValueHasAPlaceOfItsOwnBelowTheAxis() {
    var drawn =
        Coordinates.of(
                List.of(axis("a"), axis("b"), axis("c")),
                List.of(
                    item(Map.of("a", "0", "b", "1", "c", "2")), item(Map.of("a", "4", "c", "4"))))
            .orElseThrow();
    assertThat(drawn.lanes()).containsExactly(new Lane(Absence.MISSING, 260));
    assertThat(drawn.height()).isEqualTo(260);
    assertThat(drawn.lines().get(0).path())
        .startsWith("M0.0 240.0L500.0 ")
        .endsWith("L1000.0 240.0");
    assertThat(drawn.lines().get(1).path()).isEqualTo("M0.0 0.0L500.0 260.0L1000.0 0.0");
  }

  @Test
  void whatIsNotFiniteOrHasNoLogarithmHasAPlaceOfItsOwnToo() {
    var drawn =
        Coordinates.of(
                List.of(new Wanted("a", "a", Optional.of(Form.LOG)), axis("b")),
                List.of(
                    item(Map.of("a", "-1", "b", "NaN")),
                    item(Map.of("a", "0.1", "b", "-Infinity")),
                    item(Map.of("a", "10", "b", "1"))))
            .orElseThrow();
    assertThat(drawn.lanes())
        .containsExactly(new Lane(Absence.NOT_POSITIVE, 260), new Lane(Absence.NOT_FINITE, 280));
    assertThat(drawn.lines().get(0).path()).isEqualTo("M0.0 260.0L1000.0 280.0");
    assertThat(drawn.lines().get(1).path()).isEqualTo("M0.0 240.0L1000.0 280.0");
    assertThat(drawn.lines().get(2).path()).startsWith("M0.0 0.0L");
  }

  @Test
  void numbersFarApartAreLogarithmicUnlessSomebodySaysOtherwise() {
    var items =
        List.of(item(Map.of("lr", "1e-4")), item(Map.of("lr", "0.01")), item(Map.of("lr", "1E0")));
    var usual = Coordinates.of(List.of(axis("lr"), axis("lr")), items).orElseThrow();
    assertThat(usual.axes().getFirst().form()).isEqualTo(Form.LOG);
    assertThat(usual.lines().get(1).path()).isEqualTo("M0.0 120.0L1000.0 120.0");
    var asked =
        Coordinates.of(List.of(new Wanted("lr", "lr", Optional.of(Form.LINEAR))), items)
            .orElseThrow();
    assertThat(asked.axes().getFirst().form()).isEqualTo(Form.LINEAR);
    assertThat(asked.lines().get(1).path()).isEqualTo("M500.0 237.6h0.1");
  }

  @Test
  void wordsStandInTheirOrder() {
    var drawn =
        Coordinates.of(
                List.of(axis("o"), axis("o")),
                List.of(
                    item(Map.of("o", "sgd")),
                    item(Map.of("o", "adamw")),
                    item(Map.of("o", "1d")),
                    item(Map.of("o", "3"))))
            .orElseThrow();
    assertThat(drawn.axes().getFirst().form()).isEqualTo(Form.CHOICE);
    assertThat(drawn.axes().getFirst().ticks())
        .extracting(Plot.Tick::text)
        .containsExactly("1d", "3", "adamw", "sgd");
    assertThat(drawn.lines().getFirst().path()).isEqualTo("M0.0 0.0L1000.0 0.0");
  }

  @Test
  void manyWordsAreNotAllWritten() {
    var items = IntStream.range(0, 300).mapToObj(i -> item(Map.of("w", "word " + i))).toList();
    var drawn = Coordinates.of(List.of(axis("w"), axis("v")), items).orElseThrow();
    assertThat(drawn.axes().getFirst().ticks()).hasSizeLessThanOrEqualTo(12);
    assertThat(drawn.lines()).hasSize(300).allMatch(line -> line.style().endsWith(" many"));
  }

  @Test
  void theAxesAreInTheOrderAskedFor() {
    var drawn =
        Coordinates.of(List.of(axis("b"), axis("a")), List.of(item(Map.of("a", "1", "b", "2"))))
            .orElseThrow();
    assertThat(drawn.axes()).extracting(Coordinates.Axis::id).containsExactly("b", "a");
    assertThat(drawn.label()).isEqualTo("1 line across 2 axes: b, a");
  }

  @Test
  void nothingIsDrawnOfNothing() {
    assertThat(Coordinates.of(List.of(), List.of(item(Map.of())))).isEmpty();
    assertThat(Coordinates.of(List.of(axis("a")), List.of())).isEmpty();
  }

  private static Wanted axis(String id) {
    return new Wanted(id, id, Optional.empty());
  }

  private static Item item(Map<String, String> values) {
    return new Item("item", "c-ink", values);
  }
}
