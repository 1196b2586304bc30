package dev.fovea.onnx.export.lowering.shape;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.onnx.export.lowering.table.View.Sharing;
import dev.fovea.onnx.export.program.ScalarType;
import dev.fovea.onnx.export.program.Size;
import dev.fovea.onnx.export.program.TensorMeta;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What PyTorch 2.14.1 answered to {@code x.reshape(shape).data_ptr() == x.data_ptr()}. */
class StridesTest {

  @ParameterizedTest
  @CsvSource({
    "2 3 4, 12 4 1, 6 4, SHARED",
    "2 3 4, 12 4 1, 24, SHARED",
    "4 3, 1 4, 12, COPIED",
    "4 3, 1 4, 4 3 1, SHARED",
    "4 3, 1 4, 2 2 3, SHARED",
    "4 3, 1 4, 3 4, COPIED",
    "2 3 4, 24 8 2, 6 4, SHARED",
    "2 3 4, 24 4 1, 6 4, COPIED",
    "2 1 4, 4 9 1, 8, SHARED",
    "2 3, 0 1, 6, COPIED",
    "2 0 4, 4 4 1, 0, SHARED",
    "1, 7, 1 1, SHARED",
    "2 4 3, 12 1 4, 2 12, COPIED",
    "2 4 3, 12 1 4, 2 2 2 3, SHARED",
  })
  void sharesMemoryAsPyTorchDoes(String shape, String strides, String wanted, Sharing expected) {
    assertThat(Strides.reshaped(meta(shape, strides), meta(wanted, wanted))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "s 3 4, 12 4 1, s 12, SHARED",
    "s 4 3, 12 1 4, s 12, COPIED",
    "s t, t 1, s t, UNKNOWN"
  })
  void knowsItForMostBatchesTheSizeOfWhichIsOpen(
      String shape, String strides, String wanted, Sharing expected) {
    assertThat(Strides.reshaped(meta(shape, strides), meta(wanted, wanted))).isEqualTo(expected);
  }

  private static TensorMeta meta(String shape, String strides) {
    return new TensorMeta(ScalarType.FLOAT32, sizes(shape), sizes(strides), Size.known(0));
  }

  private static List<Size> sizes(String text) {
    return Arrays.stream(text.split(" "))
        .map(each ->
            Character.isDigit(each.charAt(0))
                ? Size.known(Long.parseLong(each))
                : new Size.Symbolic(each))
        .toList();
  }
}
