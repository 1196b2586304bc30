package dev.fovea.dvc.directory;

import dev.fovea.dvc.DvcMistake;
import dev.fovea.dvc.RelativePath;
import dev.fovea.kernel.Text;
import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads a {@code .dir} object file by file, and refuses what could not lie in one folder: quickly
 * as long as it is what DVC writes, and what is left as any JSON.
 */
final class DvcDirectoryReader implements CanonicalFiles.Columns {
  private static final Pattern MD5 = Pattern.compile("[0-9a-f]{32}");
  private final int maxFiles;
  private final PathColumn.Builder paths = new PathColumn.Builder(0);
  private final Md5Column.Builder md5s = new Md5Column.Builder(0);

  DvcDirectoryReader(int maxFiles) {
    this.maxFiles = maxFiles;
  }

  DvcDirectory read(InputStream bytes) throws IOException, DvcMistake {
    var canonical = new CanonicalFiles(bytes, this);
    return canonical.read() ? sound() : readJson(canonical.rest(), canonical.files() > 0);
  }

  /**
   * Reads any JSON.
   *
   * @param begun whether the first of the list is only there in the place of what was read before
   */
  DvcDirectory readJson(InputStream bytes, boolean begun) throws IOException, DvcMistake {
    try (var parser = AnyJson.FACTORY.createParser(ObjectReadContext.empty(), bytes)) {
      require(parser.nextToken() == JsonToken.START_ARRAY, "the .dir object is no JSON list");
      if (begun) {
        parser.nextToken();
        parser.skipChildren();
      }
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        requireRoom();
        entry(parser);
      }
      require(parser.nextToken() == null, "the .dir object goes on after its list");
    } catch (JacksonException e) {
      throw new DvcMistake(
          0, "the .dir object is no JSON: " + Text.excerpt(e.getOriginalMessage()));
    }
    return sound();
  }

  private DvcDirectory sound() throws DvcMistake {
    var entries = PackedEntries.sorted(paths.build(), md5s.build());
    refuseFilesThatAreFolders(entries.paths());
    var directory = new DvcDirectory(entries);
    try {
      directory.requireNoTwins();
    } catch (DvcMistake e) {
      throw mistake(e.text());
    }
    return directory;
  }

  private void requireRoom() throws DvcMistake {
    if (paths.size() >= maxFiles) {
      throw mistake("has more than %d files".formatted(maxFiles));
    }
  }

  @Override
  public void plain(byte[] bytes, int from, int to, long high, long low) throws DvcMistake {
    requireRoom();
    paths.add(bytes, from, to);
    md5s.add(high, low);
  }

  @Override
  public void any(String path, long high, long low) throws DvcMistake {
    requireRoom();
    paths.add(path);
    md5s.add(high, low);
  }

  private void entry(JsonParser parser) throws DvcMistake {
    require(
        parser.currentToken() == JsonToken.START_OBJECT,
        "the .dir object's list holds something else than files");
    var md5 = "";
    var path = "";
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      var key = parser.currentName();
      if (parser.nextToken() != JsonToken.VALUE_STRING) {
        throw new DvcMistake(0, "the .dir object: '%s' is no text".formatted(Text.excerpt(key)));
      }
      switch (key) {
        case "md5" -> md5 = parser.getString();
        case "relpath" -> path = parser.getString();
        default -> throw mistake("has the key '%s'".formatted(Text.excerpt(key)));
      }
    }
    if (!MD5.matcher(md5).matches()) {
      throw new DvcMistake(
          0,
          "the .dir object: md5 '%s' (expected: 32 lower-case hex digits)"
              .formatted(Text.excerpt(md5)));
    }
    var fault = RelativePath.fault(path);
    if (fault.isPresent()) {
      throw new DvcMistake(
          0, "the .dir object: path '%s' %s".formatted(Text.excerpt(path), fault.get()));
    }
    any(
        path,
        HexFormat.fromHexDigitsToLong(md5, 0, 16),
        HexFormat.fromHexDigitsToLong(md5, 16, 32));
  }

  /** What the path before has in common with a path has been looked for already. */
  private static void refuseFilesThatAreFolders(PathColumn paths) throws DvcMistake {
    for (int i = 1; i < paths.size(); i++) {
      for (int end = paths.shared(i - 1, i); end < paths.length(i); end++) {
        if (paths.at(i, end) == '/' && paths.hasBeginning(i, end)) {
          throw mistake(
              "has '%s' as a file and as a folder".formatted(Text.excerpt(paths.get(i, end))));
        }
      }
    }
  }

  private static void require(boolean fine, String otherwise) throws DvcMistake {
    if (!fine) {
      throw new DvcMistake(0, otherwise);
    }
  }

  private static DvcMistake mistake(String what) {
    return new DvcMistake(0, "the .dir object " + what);
  }

  /** Begun only where it is needed. */
  private static final class AnyJson {
    static final JsonFactory FACTORY =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(3)
                    .maxStringLength(8192)
                    .maxNameLength(64)
                    .build())
            .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
            .build();
  }
}
