package dev.fovea.vision.tiling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.teamfile.TilesSpec;
import dev.fovea.teamfile.TilesSpec.Match;
import dev.fovea.teamfile.TilesSpec.Merge;
import dev.fovea.vision.detection.Detection;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Against what SAHI itself made, recorded by {@code tiling_reference.py}. */
class SahiTest {
  @ParameterizedTest
  @MethodSource
  void hasItsTiles(JsonNode slices) {
    var image = slices.path("image");
    var tile = slices.path("tile");
    var spec =
        new TilesSpec(
            tile.get(0).asInt(),
            tile.get(1).asInt(),
            slices.path("overlap").asDouble(),
            false,
            Merge.GREEDY_NMM,
            Match.IOS,
            0.5);
    var tiles = Tiling.of(spec, image.get(0).asInt(), image.get(1).asInt());
    assertThat(tiles)
        .extracting(each ->
            List.of(
                each.left(), each.top(), each.left() + each.width(), each.top() + each.height()))
        .containsExactlyElementsOf(
            slices
                .path("tiles")
                .valueStream()
                .map(corners -> corners.valueStream().map(JsonNode::asInt).toList())
                .toList());
  }

  static Stream<JsonNode> hasItsTiles() throws IOException {
    return recorded("slices");
  }

  @ParameterizedTest
  @MethodSource
  void mergesAsItDoes(JsonNode merges) {
    var spec =
        new TilesSpec(
            64,
            64,
            0.2,
            true,
            Merge.valueOf(merges.path("merge").asString()),
            Match.valueOf(merges.path("match").asString()),
            merges.path("threshold").asDouble());
    assertThat(new Merging(spec).merged(detections(merges.path("found")), 1_000))
        .containsExactlyInAnyOrderElementsOf(detections(merges.path("merged")));
  }

  static Stream<JsonNode> mergesAsItDoes() throws IOException {
    return recorded("merges");
  }

  private static List<Detection> detections(JsonNode boxes) {
    return boxes
        .valueStream()
        .map(box ->
            new Detection(
                box.get(0).asInt(),
                box.get(1).asDouble(),
                box.get(2).asDouble(),
                box.get(3).asDouble(),
                box.get(4).asDouble(),
                box.get(5).asDouble()))
        .toList();
  }

  private static Stream<JsonNode> recorded(String what) throws IOException {
    try (var in = SahiTest.class.getResourceAsStream("/dev/fovea/vision/tiling/sahi.json")) {
      var cases = JsonMapper.builder().build().readTree(in).path(what);
      assertThat(cases.size()).as(what).isPositive();
      return cases.valueStream();
    }
  }
}
