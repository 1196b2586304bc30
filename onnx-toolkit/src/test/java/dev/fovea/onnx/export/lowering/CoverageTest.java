package dev.fovea.onnx.export.lowering;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every operator that programs of vision models call has a lowering; the lists say of which. */
class CoverageTest {

  static List<String> raw() {
    return operators("operators-raw.txt");
  }

  static List<String> decomposed() {
    return operators("operators-decomposed.txt");
  }

  @ParameterizedTest
  @MethodSource("raw")
  void convertsEachOperatorOfRawPrograms(String operator) {
    assertThat(converts(operator)).as("a lowering of %s", operator).isTrue();
  }

  @ParameterizedTest
  @MethodSource("decomposed")
  void convertsEachOperatorOfDecomposedPrograms(String operator) {
    assertThat(converts(operator)).as("a lowering of %s", operator).isTrue();
  }

  @Test
  void listsAsManyOperatorsAsTheModelsUse() {
    assertThat(raw()).doesNotHaveDuplicates().hasSize(105);
    assertThat(decomposed()).doesNotHaveDuplicates().hasSize(83);
  }

  @Test
  void knowsNothingOfOperatorsThatNobodyConverts() {
    assertThat(converts("aten.nonzero.default")).isFalse();
    assertThat(converts("torchvision.nms.default")).isFalse();
  }

  private static boolean converts(String operator) {
    return Lowerings.isCheck(operator) || Lowerings.ALL.find(operator).isPresent();
  }

  private static List<String> operators(String resource) {
    try (var in = CoverageTest.class.getResourceAsStream(resource)) {
      assertThat(in).as("resource %s", resource).isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split(" ")[0])
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
