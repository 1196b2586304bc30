package dev.fovea.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** outlines.json is pycocotools', see outline_reference.py. */
class OutlinesTest {
  private static final double[] TRIANGLE = {0, 0, 9, 0, 0, 9};

  @Test
  void fillsTheSamePixelsAsPycocotools() throws IOException {
    JsonNode objects;
    try (var file = OutlinesTest.class.getResourceAsStream("outlines.json")) {
      objects = JsonMapper.shared().readTree(file);
    }
    int pixels = 0;
    for (var object : objects) {
      var outlines = new ArrayList<double[]>();
      for (var outline : object.get("outlines")) {
        var corners = new double[outline.size()];
        for (int i = 0; i < corners.length; i++) {
          corners[i] = outline.get(i).asDouble();
        }
        outlines.add(corners);
      }
      int width = object.get("size").get(0).asInt();
      int height = object.get("size").get(1).asInt();
      int[] expected = RunLengths.canonical(RunLengths.decompress(object.get("counts").asString()));
      int[] runs = Outlines.filled(width, height, outlines);
      assertThat(runs).as("%s", object).containsExactly(expected);
      for (int i = 1; i < runs.length; i += 2) {
        pixels += runs[i];
      }
    }
    assertThat(objects.size()).isEqualTo(240);
    assertThat(pixels).isGreaterThan(10_000);
  }

  @Test
  void fillsAnOutlineAroundTheWholeImageWithEveryPixel() {
    double[] around = {-5, -5, 25, -5, 25, 25, -5, 25};
    assertThat(Outlines.filled(12, 7, List.of(around))).containsExactly(0, 84);
  }

  @Test
  void fillsAnOutlineBesideTheImageWithNone() {
    double[] beside = {30, 1, 40, 1, 40, 5};
    assertThat(Outlines.filled(12, 7, List.of(beside))).containsExactly(84);
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1.7e7})
  void refusesCornersThatAreNowhere(double coordinate) {
    double[] outline = {0, 0, 1, 0, 0, coordinate};
    assertThatThrownBy(() -> Outlines.filled(9, 9, List.of(outline)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "outline: a corner at %s px (expected: -16777216 to 16777216)".formatted(coordinate));
  }

  @Test
  void refusesWhatIsNoOutline() {
    assertThatThrownBy(() -> Outlines.filled(9, 9, List.of()))
        .hasMessage("outlines: none (expected: at least 1)");
    assertThatThrownBy(() -> Outlines.filled(9, 9, List.of(new double[4])))
        .hasMessage("outline: 4 numbers (expected: x and y of at least 3 corners)");
    assertThatThrownBy(() -> Outlines.filled(9, 9, List.of(new double[7])))
        .hasMessageStartingWith("outline: 7 numbers");
  }

  @Test
  void refusesImagesThatAreTooLarge() {
    assertThatThrownBy(() -> Outlines.filled(1 << 15, 1 << 15, List.of(TRIANGLE)))
        .hasMessageStartingWith("mask: an image of 32768 x 32768 px");
    assertThatThrownBy(() -> Outlines.filled(0, 5, List.of(TRIANGLE)))
        .hasMessageStartingWith("mask: an image of 0 x 5 px");
  }

  @Test
  void refusesOutlinesThatWouldTakeLong() {
    var zigzag = new double[20_000];
    for (int i = 0; i < zigzag.length; i += 4) {
      zigzag[i] = 1e7;
    }
    assertThatThrownBy(() -> Outlines.filled(9, 9, List.of(zigzag)))
        .hasMessage(
            "outlines: longer than 1677721 px (simplify the object or clip it to the image)");
  }

  @Test
  void joinsMasksPixelByPixel() {
    var random = new Random(3);
    for (int round = 0; round < 500; round++) {
      int length = 1 + random.nextInt(90);
      var a = bits(random, length);
      var b = bits(random, length);
      var both = (BitSet) a.clone();
      both.or(b);
      assertThat(RunLengths.union(RunLengths.of(a, length), RunLengths.of(b, length)))
          .containsExactly(RunLengths.of(both, length));
    }
    assertThat(RunLengths.union(new int[] {0, 0, 2, 0, 0, 3, 0}, new int[] {2, 1, 2, 0}))
        .containsExactly(2, 3);
  }

  private static BitSet bits(Random random, int length) {
    var bits = new BitSet();
    double share = random.nextDouble();
    for (int i = 0; i < length; i++) {
      bits.set(i, random.nextDouble() < share);
    }
    return bits;
  }
}
