package dev.fovea.onnx.graph;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * An ONNX model without its documentation strings.
 *
 * @param irVersion version of the file format; 9 in what Fovea exports
 * @param opsets version of each operator set by domain; the empty domain is ONNX's own
 * @param producer name of the tool that made it; may be empty
 * @param metadata free text by key; both maps iterate in the order of their keys
 */
public record OnnxModel(
    long irVersion,
    Map<String, Long> opsets,
    String producer,
    Graph graph,
    Map<String, String> metadata) {

  public OnnxModel {
    opsets = Collections.unmodifiableMap(new TreeMap<>(opsets));
    metadata = Collections.unmodifiableMap(new TreeMap<>(metadata));
  }

  public OnnxModel withGraph(Graph changed) {
    return new OnnxModel(irVersion, opsets, producer, changed, metadata);
  }

  public OnnxModel withMetadata(String key, String value) {
    var changed = new TreeMap<>(metadata);
    changed.put(key, value);
    return new OnnxModel(irVersion, opsets, producer, graph, changed);
  }

  /** This model with one more operator set, or another version of one it has. */
  public OnnxModel withOpset(String domain, long version) {
    var changed = new TreeMap<>(opsets);
    changed.put(domain, version);
    return new OnnxModel(irVersion, changed, producer, graph, metadata);
  }
}
