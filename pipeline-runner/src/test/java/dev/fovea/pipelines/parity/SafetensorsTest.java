package dev.fovea.pipelines.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.onnx.session.FloatTensor;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTest {
  @Test
  void readsWhatItWrote() {
    var tensors =
        Map.of(
            "inputs.x",
            FloatTensor.of(new float[] {1, -2, 3, Float.MIN_VALUE}, 2, 2),
            "outputs.0",
            FloatTensor.of(new float[] {0.5f}, 1, 1));
    assertThat(Safetensors.read(Safetensors.write(tensors))).isEqualTo(tensors);
  }

  @Test
  void readsWhatTheReferenceImplementationWrites() {
    // safetensors 0.5.3: save({"x": numpy.array([[1.5, -2.0]], dtype="float32")}, metadata={"made":
    // "here"})
    var file =
        file(
            "{\"__metadata__\":{\"made\":\"here\"},\"x\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]}}",
            1.5f,
            -2f);
    assertThat(Safetensors.read(file))
        .containsExactly(Map.entry("x", FloatTensor.of(new float[] {1.5f, -2}, 1, 2)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"x\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[0,4]}}",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]}}",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[-4,0]}}",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,8]}}",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[-1,-2],\"data_offsets\":[0,8]}}",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[9223372036854775808],\"data_offsets\":[0,8]}}",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":2,\"data_offsets\":[0,8]}}",
        "{\"x\":{\"dtype\":\"F32\",\"shape\":[1,1,1,1,1,1,1,1,2],\"data_offsets\":[0,8]}}",
        "{\"x\":5}",
        "[1,2]",
        "{\"x\":",
      })
  void refusesAHeaderThatTheFileDoesNotHold(String header) {
    assertThatThrownBy(() -> Safetensors.read(file(header, 1, 2)))
        .isInstanceOf(InvalidRequest.class);
  }

  @Test
  void refusesALengthThatTheFileDoesNotHave() {
    for (long length : new long[] {-1, 0, 1, 9, 1L << 40, Long.MAX_VALUE}) {
      var file = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array();
      assertThatThrownBy(() -> Safetensors.read(file))
          .as("length %d", length)
          .isInstanceOf(InvalidRequest.class);
    }
    assertThatThrownBy(() -> Safetensors.read(new byte[3]))
        .isInstanceOf(InvalidRequest.class)
        .hasMessageContaining("3 bytes");
  }

  @Test
  void refusesARecordingWithoutOutputsOrWithAnotherNumberOfExamples() {
    var x = FloatTensor.of(new float[4], 2, 2);
    assertThatThrownBy(() -> Recording.of(Map.of("inputs.x", x)))
        .isInstanceOf(InvalidRequest.class)
        .hasMessageContaining("1 inputs and 0 outputs");
    assertThatThrownBy(() ->
            Recording.of(Map.of("inputs.x", x, "outputs.0", FloatTensor.of(new float[3], 3, 1))))
        .isInstanceOf(InvalidRequest.class)
        .hasMessageContaining("one of 2 examples");
    assertThatThrownBy(() -> Recording.of(Map.of("inputs.x", x, "outputs.0", x, "secret", x)))
        .isInstanceOf(InvalidRequest.class)
        .hasMessageContaining("'secret'");
  }

  private static byte[] file(String header, float... values) {
    var json = header.getBytes(StandardCharsets.UTF_8);
    var file = new ByteArrayOutputStream();
    file.writeBytes(
        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).array());
    file.writeBytes(json);
    var data = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      data.putFloat(value);
    }
    file.writeBytes(data.array());
    return file.toByteArray();
  }
}
