package dev.fovea.onnx.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.fovea.kernel.Problem;
import dev.fovea.onnx.export.archive.UnreadablePt2;
import dev.fovea.onnx.export.archive.UnreadablePt2.Flaw;
import dev.fovea.onnx.export.lowering.call.Inconvertible;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives made to harm: each is refused with a type, or what is hostile in it stays closed. */
@Timeout(10)
class HostileArchiveTest {
  private static final String CONFIG = "model_weights_config.json";
  private static final String MODEL = "models/model.json";
  private static final String FIRST_SIZES =
      "\"sizes\": [{\"as_int\": 4}, {\"as_int\": 1}, {\"as_int\": 3}, {\"as_int\": 3}]";
  private static final String FIRST_STRIDES =
      "\"strides\": [{\"as_int\": 9}, {\"as_int\": 9}, {\"as_int\": 3}, {\"as_int\": 1}]";

  @TempDir Path folder;
  private Forgery forgery;

  @BeforeEach
  void copyAGenuineArchive() throws IOException {
    forgery = Forgery.of("convnet.raw.pt2");
  }

  @Test
  void acceptsTheCopyAsLongAsNothingIsChanged() throws Exception {
    assertThat(Recorded.compare(Pt2Exporter.export(forgery.write(folder)), "convnet"))
        .isLessThan(1e-4);
  }

  @Test
  void refusesWeightsStoredAsPickles() throws IOException {
    forgery.replace(CONFIG, "\"use_pickle\": false", "\"use_pickle\": true");

    refuses(Flaw.PICKLE);
  }

  @Test
  void neverOpensSampleInputsCustomObjectsOrNativeCode() throws Exception {
    // GLOBAL, a string and REDUCE: unpickling this would create the canary.
    var canary = folder.resolve("canary");
    var pickle = "cos\nsystem\n(S'touch %s'\ntR.".formatted(canary);
    forgery
        .set("sample_inputs/model.pt", pickle.getBytes(StandardCharsets.UTF_8))
        .add("convnet.raw/data/constants/custom_obj_0", pickle)
        .add("convnet.raw/data/aotinductor/model.so", "\u007fELF");

    assertThat(Recorded.compare(Pt2Exporter.export(forgery.write(folder)), "convnet"))
        .isLessThan(1e-4);
    assertThat(canary).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"strides\": [{\"as_int\": 4611686018427387904}, {\"as_int\": 9}, {\"as_int\": 3}, {\"as_int\": 1}]",
        "\"strides\": [{\"as_int\": -9}, {\"as_int\": 9}, {\"as_int\": 3}, {\"as_int\": 1}]",
        "\"strides\": [{\"as_int\": 10}, {\"as_int\": 9}, {\"as_int\": 3}, {\"as_int\": 1}]",
        "\"strides\": [{\"as_int\": 9}, {\"as_int\": 9}, {\"as_int\": 3}]"
      })
  void refusesStridesThatLeaveTheStorage(String strides) throws IOException {
    forgery.replace(CONFIG, FIRST_STRIDES, strides);

    refuses(Flaw.TENSOR);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "1", "9223372036854775807"})
  void refusesOffsetsThatLeaveTheStorage(String offset) throws IOException {
    forgery.replace(
        CONFIG,
        "\"storage_offset\": {\"as_int\": 0}",
        "\"storage_offset\": {\"as_int\": " + offset + "}");

    refuses(Flaw.TENSOR);
  }

  @Test
  void refusesStrideZeroOfHugeSizesBeforeAllocatingThem() throws IOException {
    hugeByStrideZero(1L << 38);

    refuses(Flaw.TOO_LARGE);
  }

  @Test
  void refusesSizesWhoseProductOverflows() throws IOException {
    forgery
        .replace(CONFIG, FIRST_SIZES, FIRST_SIZES.replace("3}", "4611686018427387904}"))
        .replace(CONFIG, FIRST_STRIDES, FIRST_STRIDES.replaceAll("\\d+", "0"));

    refuses(Flaw.TENSOR);
  }

  @Test
  void refusesManySmallWindowsThatAddUp() throws IOException {
    // Five megabytes of floats each: one would pass, all of them are more than 16 MiB.
    for (var file : new String[] {CONFIG, MODEL}) {
      forgery.edit(
          file,
          text ->
              text.replace("\"sizes\": [{\"as_int\": 4}]", "\"sizes\": [{\"as_int\": 1300000}]")
                  .replace("\"strides\": [{\"as_int\": 1}]", "\"strides\": [{\"as_int\": 0}]"));
    }

    refuses(Flaw.TOO_LARGE);
  }

  @Test
  void refusesHugeConstantsThatAnArgumentAsksFor() throws IOException {
    var path =
        Forgery.of("products.raw.pt2")
            .replace(
                MODEL,
                "\"name\": \"normalized_shape\", \"arg\": {\"as_ints\": [3, 4]}",
                "\"name\": \"normalized_shape\", \"arg\": {\"as_ints\": [1099511627776, 4]}")
            .write(folder);

    assertThatExceptionOfType(Inconvertible.class)
        .isThrownBy(() -> Pt2Exporter.export(path))
        .withMessageContaining("1099511627776");
  }

  @Test
  void refusesWeightsWithoutBytes() throws IOException {
    forgery.set("weights/weight_0", new byte[0]);

    refuses(Flaw.TENSOR);
  }

  @Test
  void refusesPayloadsOutsideTheirFolder() throws IOException {
    forgery.replace(CONFIG, "\"weight_0\"", "\"../constants/x\"");

    refuses(Flaw.TENSOR);
  }

  @Test
  void refusesAResultThatTakesTheNameOfAWeight() throws IOException {
    forgery.replace(
        MODEL,
        "\"outputs\": [{\"as_tensor\": {\"name\": \"conv2d\"}}]",
        "\"outputs\": [{\"as_tensor\": {\"name\": \"p_fc_weight\"}}]");

    refuses(Flaw.PROGRAM);
  }

  @Test
  void refusesUsesBeforeDefinitions() throws IOException {
    forgery.replace(
        MODEL,
        "\"arg\": {\"as_tensor\": {\"name\": \"x\"}}",
        "\"arg\": {\"as_tensor\": {\"name\": \"linear\"}}");

    refuses(Flaw.PROGRAM);
  }

  @Test
  void refusesASecondModel() throws IOException {
    forgery.add("convnet.raw/models/other.json", "{}");

    refuses(Flaw.ARCHIVE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"convnet.raw/models/model.json", "convnet.raw/Models/MODEL.json"})
  void refusesEntriesOfTheSameName(String name) throws IOException {
    forgery.add(name, "{}");

    refuses(Flaw.ARCHIVE);
  }

  @Test
  void ignoresEntriesThatPointOutside() throws Exception {
    forgery.add("../../etc/cron.d/x", "* * * * * root true").add("/etc/passwd", "x");

    Pt2Exporter.export(forgery.write(folder));

    try (var files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString())).containsExactly("forged.pt2");
    }
  }

  @Test
  void refusesUnknownElementTypes() throws IOException {
    forgery.replace(CONFIG, "\"dtype\": 7", "\"dtype\": 77");

    refuses(Flaw.TENSOR);
  }

  @Test
  void refusesUnknownFormsOfArguments() throws IOException {
    forgery.replace(MODEL, "{\"as_ints\": [1, 1]}", "{\"as_code\": \"print(1)\"}");

    refuses(Flaw.PROGRAM);
  }

  @Test
  void refusesUnionsWithTwoTags() throws IOException {
    forgery.replace(MODEL, "{\"as_ints\": [1, 1]}", "{\"as_ints\": [1, 1], \"as_int\": 1}");

    refuses(Flaw.PROGRAM);
  }

  @Test
  void refusesOtherSchemas() throws IOException {
    forgery.replace(MODEL, "\"major\": 8", "\"major\": 9");

    refuses(Flaw.VERSION);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1000000000000000000000000000000", "9223372036854775808", "1e400", "1.5", "\"1\""})
  void refusesNumbersThatAreNoLong(String number) throws IOException {
    forgery.replace(MODEL, "{\"as_ints\": [1, 1]}", "{\"as_ints\": [1, " + number + "]}");

    refuses(Flaw.PROGRAM);
  }

  @ParameterizedTest
  @CsvSource({"NaN", "1e999", "\"infinite\"", "true"})
  void refusesNumbersThatAreNotFinite(String number) throws IOException {
    forgery.replace(MODEL, "{\"as_float\": 1e-05}", "{\"as_float\": " + number + "}");

    refuses(Flaw.PROGRAM);
  }

  @Test
  void refusesDeepJsonEvenInAKeyThatNobodyReads() throws IOException {
    var deep = "[".repeat(900) + "]".repeat(900);
    forgery.replace(MODEL, "\"torch_version\"", "\"ignored\": " + deep + ", \"torch_version\"");

    refuses(Flaw.PROGRAM);
  }

  @Test
  void refusesKeysGivenTwice() throws IOException {
    forgery.replace(MODEL, "\"torch_version\"", "\"graph_module\": {}, \"torch_version\"");

    refuses(Flaw.PROGRAM);
  }

  @Test
  void doesNotRepeatPathsOfTheExportersMachine() throws IOException {
    forgery.replace(
        MODEL, "\"torch_version\"", "\"trace\": /home/alice/secret.py, \"torch_version\"");

    assertThatExceptionOfType(UnreadablePt2.class)
        .isThrownBy(() -> Pt2Exporter.export(forgery.write(folder)))
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("alice").contains("byte"));
  }

  @Test
  void refusesCompressedAndEncryptedEntries() throws IOException {
    forgery.method("weights/weight_1", 8);
    refuses(Flaw.ARCHIVE);

    forgery.method("weights/weight_1", 0).flags("weights/weight_1", 1);
    refuses(Flaw.ARCHIVE);
  }

  @Test
  void refusesEntriesThatOverlapOrLieAboutTheirSize() throws IOException {
    forgery.statedSize("weights/weight_0", 200);
    refuses(Flaw.ARCHIVE);

    forgery.statedSize("weights/weight_0", 144).statedSize("serialization_id", 1 << 30);
    refuses(Flaw.ARCHIVE);

    forgery.statedSize("serialization_id", 40).move("weights/weight_2", -60);
    refuses(Flaw.ARCHIVE);

    forgery.move("weights/weight_2", 1 << 30);
    refuses(Flaw.ARCHIVE);
  }

  @Test
  void refusesDamagedEntries() throws IOException {
    forgery.damage("weights/weight_0");

    refuses(Flaw.ARCHIVE);
  }

  @Test
  void namesTheLayoutsOfOlderVersions() throws IOException {
    forgery.add("serialized_exported_program.json", "{}");
    refuses(Flaw.VERSION);

    forgery = Forgery.of("convnet.raw.pt2").add("convnet.raw/data/weights/model.pt", "");
    refuses(Flaw.VERSION);
  }

  @Test
  void refusesFilesOfOtherKinds() throws IOException {
    for (var text :
        new String[] {"", "PK", "\u0080\u0002cos\nsystem\n", "PK\u0005\u0006" + "\0".repeat(18)}) {
      var file = Files.writeString(folder.resolve("other"), text, StandardCharsets.ISO_8859_1);

      assertThat(Pt2Exporter.isPt2(file)).isFalse();
      assertThatExceptionOfType(UnreadablePt2.class)
          .isThrownBy(() -> Pt2Exporter.export(file))
          .satisfies(e -> assertThat(e.flaw()).isEqualTo(Flaw.ARCHIVE));
    }
  }

  @Test
  void replacesNamesThatWouldDeceiveAReader() throws IOException {
    var name = "x\u202egpj.\u001b[31m";
    forgery.edit(MODEL, text -> text.replace("\"x\"", "\"x\\u202egpj.\\u001b[31m\""));

    var exported = Pt2Exporter.export(forgery.write(folder));

    assertThat(exported.inputs().getFirst().name()).isEqualTo("input");
    assertThat(exported.inputs().getFirst().original()).isEqualTo(name);
  }

  @Test
  @Timeout(60)
  void neverFailsOtherwiseOnDamagedPrograms() throws IOException {
    var random = new Random(3);
    var fixtures = new String[] {"convnet.raw", "pools.raw", "shapes.decomposed", "arithmetic.raw"};
    int refused = 0;
    for (int i = 0; i < 1_500; i++) {
      var damaged = Forgery.of(fixtures[i % fixtures.length] + ".pt2");
      var target = random.nextInt(4) == 0 ? CONFIG : MODEL;
      var bytes = damaged.data(target).clone();
      for (int n = random.nextInt(1, 5); n > 0; n--) {
        int at = random.nextInt(bytes.length);
        // Mostly another digit, so that the JSON stays valid and the damage gets deeper.
        bytes[at] =
            Character.isDigit(bytes[at]) || random.nextInt(4) == 0
                ? (byte) ('0' + random.nextInt(10))
                : bytes[at];
      }
      var path = damaged.set(target, bytes).write(folder);
      try {
        Pt2Exporter.export(path);
      } catch (Problem _) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(300);
  }

  @Test
  void neverFailsOtherwiseOnDamagedZips() throws IOException {
    var random = new Random(4);
    var original = forgery.bytes();
    int refused = 0;
    for (int i = 0; i < 1_500; i++) {
      var bytes = original.clone();
      int from = random.nextBoolean() ? bytes.length - 1_800 : 0;
      bytes[random.nextInt(from, bytes.length)] = (byte) random.nextInt();
      var cut = random.nextInt(8) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
      var path = Files.write(folder.resolve("damaged.pt2"), cut);
      try {
        Pt2Exporter.export(path);
      } catch (Problem _) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(300);
  }

  private void hugeByStrideZero(long size) {
    forgery
        .replace(CONFIG, FIRST_SIZES, FIRST_SIZES.replaceFirst("4}", size + "}"))
        .replace(CONFIG, FIRST_STRIDES, FIRST_STRIDES.replaceFirst("9}", "0}"));
  }

  private void refuses(Flaw flaw) throws IOException {
    var path = forgery.write(folder);
    assertThatExceptionOfType(UnreadablePt2.class)
        .isThrownBy(() -> Pt2Exporter.export(path))
        .satisfies(e -> {
          assertThat(e.flaw()).as(e.getMessage()).isEqualTo(flaw);
          assertThat(e.remedy()).isNotBlank();
        });
  }
}
