package dev.fovea.demo.digits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.kernel.Digest;
import dev.fovea.teamfile.PreprocessSpec;
import dev.fovea.teamfile.TeamFile;
import dev.fovea.teamfile.TrainSpec;
import dev.fovea.vision.Decoding;
import dev.fovea.vision.ImageDecoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class DigitsDataTest {
  private static final Path EXAMPLE = Path.of("../examples/digits");
  private static final DigitsData DIGITS = DigitsData.in(EXAMPLE);
  @TempDir private static Path folder;

  @BeforeAll
  static void writeDataset() {
    DIGITS.writeDataset(folder);
  }

  @Test
  void writesTheDatasetThatEveryModelWasTrainedOn() throws Exception {
    for (var model : List.of("reader-v1", "reader-v2", "reader-v3")) {
      var run = JsonMapper.shared().readTree(EXAMPLE.resolve("models/" + model + ".json").toFile());
      assertThat(run.path("dataset").path("md5").asString()).isEqualTo(dirMd5(folder));
    }
  }

  @Test
  void putsEveryImageIntoOneSplitAndNamesItsSlice() throws IOException {
    var rows = Files.readAllLines(folder.resolve("labels.csv"));
    assertThat(rows.getFirst()).isEqualTo("path,label,split,slice");
    assertThat(rows.get(1)).isEqualTo("images/train/000000.png,4,train,night");
    assertThat(counts(rows, 2)).containsEntry("train", 2_500L).containsEntry("test", 800L);
    assertThat(counts(rows.subList(2_501, 3_301), 3))
        .containsEntry("night", 200L)
        .containsEntry("day", 600L);
    assertThat(counts(rows, 1)).hasSize(11);
    assertThat(contents(folder)).as("no two images are alike").hasSize(3_300);
  }

  @Test
  void writesImagesThatDecode() throws IOException {
    for (var image : List.of("images/train/000017.png", "images/test/000204.png")) {
      assertThat(decode(folder.resolve(image)))
          .isInstanceOfSatisfying(
              Decoding.Readable.class,
              readable -> assertThat(readable.frame()).hasToString("28 x 28 px, grey"));
    }
  }

  @Test
  void spoilsThreeFilesAndRepairsThemAgain() throws Exception {
    var whole = dirMd5(folder);

    var spoiled = DIGITS.spoil(folder);
    assertThat(decode(folder.resolve(spoiled.get(0))))
        .isInstanceOfSatisfying(
            Decoding.Refused.class,
            refused -> assertThat(refused.reason()).isEqualTo(Decoding.Reason.TRUNCATED));
    assertThat(decode(folder.resolve(spoiled.get(1))))
        .isInstanceOfSatisfying(
            Decoding.Refused.class,
            refused -> assertThat(refused.reason()).isEqualTo(Decoding.Reason.EMPTY));
    var doubled = Files.readAllBytes(folder.resolve(spoiled.get(2)));
    assertThat(spoiled.get(2)).startsWith("images/test/");
    assertThat(training(folder)).contains(Digest.sha256(doubled));

    DIGITS.writeDataset(folder);
    assertThat(dirMd5(folder)).isEqualTo(whole);
  }

  @Test
  void seesTheSameProductionFromTheSameSeed() {
    var stream = DIGITS.productionStream(7, 50);

    assertThat(digests(DIGITS.productionStream(7, 50))).isEqualTo(digests(stream));
    assertThat(digests(DIGITS.productionStream(8, 50)))
        .doesNotContainAnyElementsOf(digests(stream));
    assertThat(DIGITS.productionStream(8, 50))
        .extracting(LabelledImage::label)
        .isEqualTo(stream.stream().map(LabelledImage::label).toList());
  }

  @Test
  void bringsDigitsRoundAgainSeenAnew() {
    var stream = DIGITS.productionStream(7, DigitsData.STREAM_DIGITS + 20);

    assertThat(digests(stream)).doesNotHaveDuplicates();
    assertThat(stream.getLast().label()).isEqualTo(stream.get(19).label());
  }

  @Test
  void holdsOutWhatProductionNeverSees() {
    var heldOut = DIGITS.productionTest(DigitsData.HELD_OUT_DIGITS);

    assertThat(digests(heldOut))
        .hasSize(800)
        .doesNotHaveDuplicates()
        .doesNotContainAnyElementsOf(digests(DIGITS.productionStream(7, DigitsData.STREAM_DIGITS)));
    assertThatThrownBy(() -> DIGITS.productionTest(801))
        .hasMessage("count: 801 (expected: 1 to 800)");
  }

  @Test
  void comesWithAPolicyThatSaysWhatTheModelsWereTrainedFor() throws IOException {
    var policy = TeamFile.parse(Files.readString(EXAMPLE.resolve("fovea.yaml")));

    var release = policy.release().orElseThrow();
    assertThat(release.preprocess())
        .isEqualTo(
            new PreprocessSpec(
                PreprocessSpec.Resize.STRETCH,
                28,
                28,
                PreprocessSpec.Colour.GREY,
                1 / 255.0,
                List.of(0.5),
                List.of(0.5)));
    assertThat(release.gates())
        .hasSize(5)
        .anyMatch(gate -> gate.slice().equals(Optional.of("night")));
    assertThat(policy.train()).contains(new TrainSpec.RefitHead(30, 0.02, 0.01, 8, 0));
    assertThat(policy.feedback().budget()).isEqualTo(120);
  }

  private static Decoding decode(Path file) throws IOException {
    return ImageDecoder.withDefaultLimits().decode(Files.readAllBytes(file));
  }

  private static List<Digest> digests(List<LabelledImage> images) {
    return images.stream().map(image -> Digest.sha256(image.png())).toList();
  }

  private static Map<String, Long> counts(List<String> rows, int column) {
    return rows.stream()
        .map(row -> row.split(",", -1)[column])
        .collect(Collectors.groupingBy(value -> value, Collectors.counting()));
  }

  private static Set<Digest> contents(Path folder) throws IOException {
    try (var files = Files.walk(folder.resolve("images"))) {
      return files
          .filter(Files::isRegularFile)
          .map(DigitsDataTest::read)
          .collect(Collectors.toSet());
    }
  }

  private static Stream<Digest> training(Path folder) throws IOException {
    try (var files = Files.list(folder.resolve("images/train"))) {
      return files.map(DigitsDataTest::read).toList().stream();
    }
  }

  private static Digest read(Path file) {
    try {
      return Digest.sha256(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * DVC's digest of a folder: the MD5 of the JSON list of its files, as Python's json writes it.
   */
  private static String dirMd5(Path folder) throws Exception {
    try (var files = Files.walk(folder)) {
      var entries =
          files
              .filter(Files::isRegularFile)
              .map(file -> folder.relativize(file).toString().replace('\\', '/'))
              .sorted()
              .map(path ->
                  "{\"md5\": \"%s\", \"relpath\": \"%s\"}"
                      .formatted(md5(folder.resolve(path)), path))
              .collect(Collectors.joining(", ", "[", "]"));
      return md5(entries.getBytes(StandardCharsets.UTF_8)) + ".dir";
    }
  }

  private static String md5(Path file) {
    try {
      return md5(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String md5(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
