package dev.fovea.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.labels.Mask.Window;
import dev.fovea.labels.Shape.Box;
import java.io.InputStream;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** masks.json is pycocotools' and numpy's, see label_references.py. */
class MaskTest {
  private static final ImageSize WIDE = new ImageSize(5, 3);

  static Stream<JsonNode> references() throws Exception {
    try (InputStream file = MaskTest.class.getResourceAsStream("masks.json")) {
      var all = new JsonMapper().readTree(file);
      return StreamSupport.stream(all.spliterator(), false).toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("references")
  void agreesWithPycocotools(JsonNode reference) {
    var size = new ImageSize(reference.get("width").intValue(), reference.get("height").intValue());
    var counts = reference.get("counts").stringValue();
    var mask = Mask.ofCompressed(size, counts);
    assertThat(mask.runs()).isEqualTo(numbers(reference.get("runs")));
    assertThat(mask.compressed()).isEqualTo(counts);
    assertThat(Mask.ofRuns(size, numbers(reference.get("runs")))).isEqualTo(mask);
    assertThat(mask.area()).hasValue(reference.get("area").intValue());
    int[] box = numbers(reference.get("bbox"));
    if (box[2] == 0) {
      assertThat(mask.bounds()).isEmpty();
    } else {
      assertThat(mask.bounds()).contains(new Box(box[0], box[1], box[0] + box[2], box[1] + box[3]));
      assertThat(mask.window())
          .usingRecursiveComparison()
          .isEqualTo(new Window(box[0], box[1], box[2], box[3], numbers(reference.get("rows"))));
    }
    assertThat(Mask.ofWindow(size, mask.window())).isEqualTo(mask);
    assertThat(Mask.ofColumns(size, mask.columns())).isEqualTo(mask);
  }

  private static int[] numbers(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).mapToInt(JsonNode::intValue).toArray();
  }

  @Test
  void runsDownTheColumnsAndAWindowAlongTheRows() {
    var inside = new BitSet();
    inside.set(2 * 3 + 1); // x 2, y 1
    inside.set(3 * 3 + 1); // x 3, y 1
    var mask = Mask.ofColumns(WIDE, inside);
    assertThat(mask.runs()).containsExactly(7, 1, 2, 1, 4);
    assertThat(mask.window().runs()).containsExactly(0, 2);
    assertThat(mask.bounds()).contains(new Box(2, 1, 4, 2));
  }

  @Test
  void isOneMaskHoweverItsRunsAreCut() {
    assertThat(Mask.ofRuns(WIDE, 3, 0, 4, 2, 0, 1, 5, 0, 0)).isEqualTo(Mask.ofRuns(WIDE, 7, 3, 5));
    assertThat(Mask.ofRuns(WIDE, 0, 0, 15)).isEqualTo(Mask.ofRuns(WIDE, 15));
  }

  @Test
  void survivesRandomTripsThroughEveryCoding() {
    var random = new Random(7);
    for (int i = 0; i < 300; i++) {
      var mask =
          Samples.mask(random, new ImageSize(1 + random.nextInt(60), 1 + random.nextInt(60)));
      assertThat(Mask.ofCompressed(mask.size(), mask.compressed())).isEqualTo(mask);
      assertThat(Mask.ofWindow(mask.size(), mask.window())).isEqualTo(mask);
      assertThat(mask.area()).hasValue(mask.columns().cardinality());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "7 | runs of 7 pixels in all (expected: 5 x 3 = 15)",
        "o | counts end in the middle of a run",
        "!! | counts with U+0021 at 0",
        "ooooooooo | at most 7 for a run",
        "O | a run of -1 pixels",
      })
  void refusesCountsThatAreNone(String counts, String reason) {
    assertThatThrownBy(() -> Mask.ofCompressed(WIDE, counts))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void refusesWhatWouldTakeTooMuchMemoryOrLeavesTheImage() {
    assertThatThrownBy(() -> Mask.ofRuns(new ImageSize(1 << 20, 1 << 20), 5))
        .hasMessageContaining("expected: at most");
    assertThatThrownBy(() -> Mask.ofWindow(WIDE, new Window(4, 0, 2, 1, new int[] {0, 2})))
        .hasMessageContaining("a window of 2 x 1 px at (4, 0) leaves the image of 5 x 3 px");
    assertThatThrownBy(
            () -> Mask.ofWindow(WIDE, new Window(Integer.MAX_VALUE, 0, 2, 1, new int[] {0, 2})))
        .hasMessageContaining("leaves the image");
    assertThatThrownBy(() -> Mask.ofRuns(WIDE, 16, -1)).hasMessageContaining("a run of -1 pixels");
    assertThat(List.of(Arrays.toString(Mask.ofRuns(WIDE, 15).runs()))).containsExactly("[15]");
  }
}
