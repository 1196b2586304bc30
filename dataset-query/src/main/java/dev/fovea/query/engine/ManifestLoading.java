package dev.fovea.query.engine;

import dev.fovea.kernel.Text;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/** Reads a version's manifest into the tables of a database file, one image at a time. */
final class ManifestLoading {
  private static final ObjectReader IMAGE =
      JsonMapper.shared()
          .readerFor(ManifestImage.class)
          .without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final Path manifest;

  ManifestLoading(Path manifest) {
    this.manifest = manifest;
  }

  /**
   * Makes the file, which is whole or not there.
   *
   * @throws Refusal when the file is no manifest
   */
  void load(Path file, long memoryBytes) throws IOException, SQLException {
    var fresh = manifest.resolveSibling("loading.duckdb");
    try (var parser = JsonMapper.shared().createParser(manifest);
        var database = Database.create(fresh, memoryBytes);
        var tables = new ManifestTables(database)) {
      toSamples(parser);
      while (parser.nextToken() == JsonToken.START_OBJECT) {
        tables.add(IMAGE.readValue(parser));
      }
    } catch (JacksonException e) {
      throw noManifest(Text.excerpt(e.getOriginalMessage()));
    }
    Database.keep(fresh, file);
  }

  private static void toSamples(JsonParser parser) {
    parser.nextToken();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      boolean here = parser.currentName().equals("samples");
      parser.nextToken();
      if (here && parser.isExpectedStartArrayToken()) {
        return;
      }
      parser.skipChildren();
    }
    throw noManifest("it has no list of samples");
  }

  private static Refusal noManifest(String why) {
    return new Refusal(
        "the version's manifest cannot be read: " + why,
        "get a Fovea that is at least as new as the server");
  }
}
