package dev.fovea.registry.sweep.space;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Text;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads a search space strictly: what is not understood is refused, never left out. */
final class SpaceReader {
  private static final int LIMIT_BYTES = 256 * 1024;
  private static final int MOST_PARAMETERS = 100;
  private static final int MOST_DEPTH = 8;
  // What MLflow takes for a parameter's key, without spaces and colons, which shells and files
  // mind.
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_./-]{0,99}");
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MOST_DEPTH)
                          .maxNumberLength(400)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private SpaceReader() {}

  static SearchSpace parse(String json) {
    int bytes = json.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > LIMIT_BYTES) {
      throw new InvalidRequest(
          "space: %d bytes (expected: at most %d)".formatted(bytes, LIMIT_BYTES),
          "vary fewer parameters, or give shorter choices");
    }
    try {
      return read(JSON.readTree(json), "space");
    } catch (JacksonException e) {
      throw new InvalidRequest(
          "space: not JSON: " + Text.excerpt(e.getOriginalMessage()),
          "send an object that names each parameter once");
    }
  }

  static SearchSpace read(JsonNode node, String field) {
    if (!node.isObject()) {
      throw new InvalidRequest(
          "%s: %s (expected: an object that names parameters)".formatted(field, excerpt(node)),
          "give each parameter as \"lr\": {\"type\": \"float\", \"low\": 1e-5, \"high\": 0.1}");
    }
    if (node.isEmpty() || node.size() > MOST_PARAMETERS) {
      throw new InvalidRequest(
          "%s: %d parameters (expected: 1 to %d)".formatted(field, node.size(), MOST_PARAMETERS),
          "fix what matters least, in the script");
    }
    var parameters = new TreeMap<String, Parameter>();
    node.properties()
        .forEach(entry -> {
          var name = entry.getKey();
          if (!NAME.matcher(name).matches()) {
            throw new InvalidRequest(
                "%s: parameter '%s' (expected: a letter or _, then up to 99 letters, digits and _ . / -)"
                    .formatted(field, Text.excerpt(name)),
                "rename the parameter");
          }
          parameters.put(
              name, ParameterReader.read(entry.getValue(), "%s.%s".formatted(field, name)));
        });
    return new SearchSpace(parameters);
  }

  static String excerpt(JsonNode node) {
    return Text.excerpt(node.toString());
  }
}
