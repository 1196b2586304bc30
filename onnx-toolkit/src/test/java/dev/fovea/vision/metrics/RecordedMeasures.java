package dev.fovea.vision.metrics;

import dev.fovea.vision.Golden;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What src/test/python/metrics_reference.py wrote. */
public final class RecordedMeasures {
  private RecordedMeasures() {}

  public static JsonNode named(String name) {
    try {
      return JsonMapper.shared().readTree(Golden.bytes("metrics/" + name + ".json"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static byte[] bytes(JsonNode packed) {
    return Base64.getDecoder().decode(packed.asString());
  }

  public static float[] floats(JsonNode packed) {
    var buffer = ByteBuffer.wrap(bytes(packed)).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    var floats = new float[buffer.remaining()];
    buffer.get(floats);
    return floats;
  }
}
