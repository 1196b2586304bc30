package dev.fovea.serving.protocol;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Writes answers: JSON, followed by the tensors that were asked for as binary. */
public final class InferResponseWriter {
  private static final JsonFactory JSON = JsonFactory.builder().build();

  private InferResponseWriter() {}

  /**
   * A body.
   *
   * @param jsonBytes how many bytes of it are JSON; absent where all are
   */
  @SuppressWarnings("ArrayRecordComponent") // sent once, never compared
  public record Body(byte[] bytes, OptionalInt jsonBytes) {}

  /**
   * One answer. In JSON a number that is not finite becomes {@code null}, since JSON has no word
   * for it; binary keeps it.
   *
   * @param binary the names of the outputs to send as binary
   */
  public static Body write(
      String model,
      String version,
      Optional<String> id,
      List<OutputTensor> outputs,
      Set<String> binary) {
    var json = new ByteArrayOutputStream();
    var sections = new ArrayList<byte[]>();
    try (var out = JSON.createGenerator(ObjectWriteContext.empty(), json)) {
      out.writeStartObject();
      out.writeStringProperty("model_name", model);
      out.writeStringProperty("model_version", version);
      id.ifPresent(text -> out.writeStringProperty("id", text));
      out.writeArrayPropertyStart("outputs");
      for (var output : outputs) {
        out.writeStartObject();
        out.writeStringProperty("name", output.name());
        out.writeStringProperty(
            "datatype", output instanceof OutputTensor.Floats ? "FP32" : "BYTES");
        out.writeName("shape");
        out.writeArray(output.shape(), 0, output.shape().length);
        if (binary.contains(output.name())) {
          var section = section(output);
          sections.add(section);
          out.writeObjectPropertyStart("parameters");
          out.writeNumberProperty("binary_data_size", section.length);
          out.writeEndObject();
        } else {
          data(out, output);
        }
        out.writeEndObject();
      }
      out.writeEndArray();
      out.writeEndObject();
    }
    int length = json.size();
    sections.forEach(json::writeBytes);
    return new Body(
        json.toByteArray(), sections.isEmpty() ? OptionalInt.empty() : OptionalInt.of(length));
  }

  private static void data(JsonGenerator out, OutputTensor output) {
    out.writeArrayPropertyStart("data");
    switch (output) {
      case OutputTensor.Floats floats -> {
        for (float value : floats.data()) {
          if (Float.isFinite(value)) {
            out.writeNumber(value);
          } else {
            out.writeNull();
          }
        }
      }
      case OutputTensor.Texts texts -> texts.elements().forEach(out::writeString);
    }
    out.writeEndArray();
  }

  private static byte[] section(OutputTensor output) {
    return switch (output) {
      case OutputTensor.Floats floats -> {
        var buffer =
            ByteBuffer.allocate(floats.data().length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asFloatBuffer().put(floats.data());
        yield buffer.array();
      }
      case OutputTensor.Texts texts -> {
        var bytes = new ByteArrayOutputStream();
        for (var text : texts.elements()) {
          var utf8 = text.getBytes(StandardCharsets.UTF_8);
          bytes.writeBytes(
              ByteBuffer.allocate(Integer.BYTES)
                  .order(ByteOrder.LITTLE_ENDIAN)
                  .putInt(utf8.length)
                  .array());
          bytes.writeBytes(utf8);
        }
        yield bytes.toByteArray();
      }
    };
  }
}
