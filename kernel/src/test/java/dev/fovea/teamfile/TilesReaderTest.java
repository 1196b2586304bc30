package dev.fovea.teamfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fovea.teamfile.DetectorSpec.Output;
import dev.fovea.teamfile.TilesSpec.Match;
import dev.fovea.teamfile.TilesSpec.Merge;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class TilesReaderTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private static final String FILE =
      """
      project: p
      datasets: {d: {path: d.dvc, format: coco}}
      release:
        model: m
        dataset: d
        preprocess: {resize: letterbox, size: [640, 480], colour: rgb, scale: 1/255}
        detector:
          output: yolo-v8
          tiles: {size: [640, 480], overlap: 25%, whole: false, merge: nms, match: iou, threshold: 0.4}
        gates:
          - {measure: map, at-least: 0.5}
      """;

  @Test
  void readsTheTilesOfADetector() {
    assertThat(tiles(FILE))
        .contains(new TilesSpec(640, 480, 0.25, false, Merge.NMS, Match.IOU, 0.4));
  }

  @Test
  void takesWhatSahiDoesWhereNothingIsSaid() {
    var sure = FILE.replace("yolo-v8", "yolo-v8\n    confidence: 0.1");
    assertThat(tiles(sure.replaceAll("tiles: .*", "tiles: {size: [512, 512]}")))
        .contains(new TilesSpec(512, 512, 0.2, true, Merge.GREEDY_NMM, Match.IOS, 0.5))
        .contains(TilesSpec.of(512, 512));
    assertThat(tiles(sure.replaceAll("    tiles: .*\n", ""))).isEmpty();
  }

  /** SAHI's {@code predict} does so where the confidence is below 0.1. */
  @Test
  void letsNoBoxGrowByOnesThatAreHardlySureUnlessToldTo() {
    assertThat(tiles(FILE.replaceAll("tiles: .*", "tiles: {size: [512, 512]}")))
        .contains(new TilesSpec(512, 512, 0.2, true, Merge.NMS, Match.IOU, 0.5));
    var unsure = FILE.replace("yolo-v8", "yolo-v8\n    confidence: 9.9%");
    assertThat(tiles(unsure.replaceAll("tiles: .*", "tiles: {size: [512, 512], match: ios}")))
        .contains(new TilesSpec(512, 512, 0.2, true, Merge.NMS, Match.IOS, 0.5));
    assertThat(
            tiles(unsure.replaceAll("tiles: .*", "tiles: {size: [512, 512], merge: greedy-nmm}")))
        .contains(new TilesSpec(512, 512, 0.2, true, Merge.GREEDY_NMM, Match.IOU, 0.5));
  }

  /** Each line: what replaces what in the file, the line of the mistake, words of it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          size: [640, 480], overlap | overlap            | 9 | tiles has no 'size'
          size: [640, 480], o  | size: [640], o          | 9 | 'size' has one side or none (expected: [width, height] in pixels)
          size: [640, 480], o  | size: [640, 15], o      | 9 | 'size': '15' (expected: a whole number, 16 to 8192)
          size: [640, 480], o  | size: [8193, 480], o    | 9 | 'size': '8193' (expected: a whole number, 16 to 8192)
          size: [640, 480], o  | size: [6, 4, 8], o      | 9 | 'size' has 3 values (expected: at most 2)
          size: [640, 480], o  | size: 640, o            | 9 | 'size' is '640' (expected: a list in brackets)
          overlap: 25%         | overlap: -0.1           | 9 | 'overlap': '-0.1' (expected: a share such as 0.9 or 90%, 0 to 0.9)
          overlap: 25%         | overlap: 91%            | 9 | 'overlap': '91%' (expected: a share such as 0.9 or 90%, 0 to 0.9)
          overlap: 25%         | overlap: 128            | 9 | 'overlap': '128'
          whole: false         | whole: no               | 9 | 'whole': 'no' (expected: true or false)
          merge: nms           | merge: nmm              | 9 | 'merge': 'nmm' (expected: one of greedy-nmm, nms)
          match: iou           | match: giou             | 9 | 'match': 'giou' (expected: one of ios, iou)
          threshold: 0.4       | threshold: 0            | 9 | 'threshold': '0' (expected: a share such as 0.9 or 90%, 0.01 to 1)
          threshold: 0.4       | threshold: .nan         | 9 | 'threshold': '.nan'
          threshold: 0.4       | batch: 4                | 9 | 'batch' has no effect in tiles
          overlap: 25%         | overlaps: 25%           | 9 | tiles has no 'overlaps'; did you mean 'overlap'?
          tiles: {             | tiles: 640\\n    x: {   | 9 | tiles is '640' (expected: a mapping with size, overlap, whole, merge, match, threshold)
          resize: letterbox, size: [640, 480] | resize: none, size: [64, 64] | 8 | 'tiles' of 640 x 480 px with 'resize: none' and 'size: [64, 64]' (expected: tiles of that size, or 'resize: letterbox')
          """)
  void namesWhatIsWrongWithTiles(String found, String replacement, int line, String words) {
    assertThat(FILE).contains(found.strip());
    assertMistake(
        FILE.replace(found.strip(), replacement.strip().replace("\\n", "\n")), line, words);
  }

  @Test
  void takesTilesOfTheInputsOwnSizeWithoutResizingButNoWholeImage() {
    var none = FILE.replace("resize: letterbox", "resize: none");
    assertThat(tiles(none)).isPresent();
    assertMistake(
        none.replace("whole: false", "whole: true"),
        8,
        "'tiles' with 'resize: none', by which no whole image fits (expected: 'whole: false' in tiles");
  }

  @Test
  void changesItsNameWithEveryPartAndKeepsThatOfADetectorWithoutTiles() {
    var none = new DetectorSpec(Output.YOLO_V8, 0.25, 0.5, 100);
    assertThat(none.canonical())
        .as("evaluations that were made before there were tiles are found by it")
        .isEqualTo("fovea-detector-1 YOLO_V8 confidence=0x1.0p-2 iou=0x1.0p-1 most=100");
    assertThat(
            Stream.of(
                    Optional.<TilesSpec>empty(),
                    Optional.of(TilesSpec.of(640, 480)),
                    Optional.of(TilesSpec.of(480, 640)),
                    Optional.of(with(0.25, true, Merge.GREEDY_NMM, Match.IOS, 0.5)),
                    Optional.of(with(0.2, false, Merge.GREEDY_NMM, Match.IOS, 0.5)),
                    Optional.of(with(0.2, true, Merge.NMS, Match.IOS, 0.5)),
                    Optional.of(with(0.2, true, Merge.GREEDY_NMM, Match.IOU, 0.5)),
                    Optional.of(with(0.2, true, Merge.GREEDY_NMM, Match.IOS, 0.25)))
                .map(tiles -> new DetectorSpec(Output.YOLO_V8, 0.25, 0.5, 100, tiles).canonical()))
        .doesNotHaveDuplicates()
        .hasSize(8);
  }

  @Test
  void writesADetectorWithoutTilesAsBeforeThereWereSome() {
    var json = "{\"output\":\"BOXES\",\"confidence\":0.25,\"iou\":0.7,\"most\":30}";
    var spec = new DetectorSpec(Output.BOXES, 0.25, 0.7, 30);
    assertThat(JSON.writeValueAsString(spec)).isEqualTo(json);
    assertThat(JSON.readValue(json, DetectorSpec.class)).isEqualTo(spec);

    var tiled = new DetectorSpec(Output.BOXES, 0.25, 0.7, 30, Optional.of(TilesSpec.of(640, 480)));
    assertThat(JSON.readValue(JSON.writeValueAsString(tiled), DetectorSpec.class)).isEqualTo(tiled);
  }

  @ParameterizedTest
  @CsvSource({
    "15, 640, 0.2, 0.5",
    "640, 8193, 0.2, 0.5",
    "640, 640, -0.1, 0.5",
    "640, 640, 0.91, 0.5",
    "640, 640, NaN, 0.5",
    "640, 640, 0.2, 0",
    "640, 640, 0.2, 1.1",
    "640, 640, 0.2, NaN"
  })
  void isNothingElse(int width, int height, double overlap, double threshold) {
    assertThatThrownBy(
            () -> new TilesSpec(width, height, overlap, true, Merge.NMS, Match.IOU, threshold))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("tiles: ");
  }

  private static TilesSpec with(
      double overlap, boolean whole, Merge merge, Match match, double threshold) {
    return new TilesSpec(640, 480, overlap, whole, merge, match, threshold);
  }

  private static Optional<TilesSpec> tiles(String file) {
    return TeamFile.parse(file).release().orElseThrow().detector().flatMap(DetectorSpec::tiles);
  }

  private static void assertMistake(String file, int line, String words) {
    var problem = catchThrowableOfType(TeamFileProblem.class, () -> TeamFile.parse(file));
    assertThat(problem.mistakes())
        .anySatisfy(mistake -> {
          assertThat(mistake.text()).contains(words.strip());
          assertThat(mistake.line()).isEqualTo(line);
        });
  }
}
