package dev.fovea.datasets;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/** The samples of a manifest one after another, by path, so that a million are never held. */
final class ManifestSamples implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final ObjectReader SAMPLE =
      JSON.readerFor(Sample.class).without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final JsonParser parser;

  /**
   * Reads up to the first sample.
   *
   * @param json of a manifest; closed with this
   */
  ManifestSamples(InputStream json) throws IOException {
    parser = JSON.createParser(json);
    parser.nextToken();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      boolean here = parser.currentName().equals("samples");
      parser.nextToken();
      if (here && parser.isExpectedStartArrayToken()) {
        return;
      }
      parser.skipChildren();
    }
    throw new IOException("a manifest without samples");
  }

  /** The next one; absent after the last. */
  Optional<Sample> next() {
    return parser.nextToken() == JsonToken.START_OBJECT
        ? Optional.of(SAMPLE.readValue(parser))
        : Optional.empty();
  }

  @Override
  public void close() {
    parser.close();
  }
}
