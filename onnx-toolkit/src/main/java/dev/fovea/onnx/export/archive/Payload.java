package dev.fovea.onnx.export.archive;

import dev.fovea.onnx.export.program.TensorMeta;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Where a stored tensor lies, as one of the archive's two {@code *_config.json} files says.
 *
 * @param file name of the entry in the folder of that config
 * @param pickled whether Python would have to unpickle it, which is never done here
 * @param meta absent for objects that are no tensors
 */
record Payload(String file, boolean pickled, Optional<TensorMeta> meta) {

  /** Reads a config: payloads by the qualified names of the tensors. */
  static Map<String, Payload> readAll(String file, ByteBuffer bytes, int maxItems) {
    var payloads = new HashMap<String, Payload>();
    JsonCursor.walk(
        file,
        bytes,
        maxItems,
        json -> {
          var values = new ValueReader(json);
          json.object(field -> {
            if (field.equals("config")) {
              json.object(name -> payloads.put(name, read(json, values)));
            } else {
              json.skip();
            }
          });
        });
    return payloads;
  }

  private static Payload read(JsonCursor json, ValueReader values) {
    var file = new AtomicReference<>("");
    var pickled = new AtomicReference<>(false);
    var meta = new AtomicReference<>(Optional.<TensorMeta>empty());
    json.object(field -> {
      switch (field) {
        case "path_name" -> file.set(json.text());
        case "use_pickle" -> pickled.set(json.bool());
        case "tensor_meta" -> {
          if (!json.isNull()) {
            meta.set(Optional.of(values.tensorMeta()));
          }
        }
        default -> json.skip();
      }
    });
    return new Payload(file.get(), pickled.get(), meta.get());
  }
}
