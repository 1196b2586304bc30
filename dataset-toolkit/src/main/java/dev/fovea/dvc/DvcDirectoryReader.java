package dev.fovea.dvc;

import dev.fovea.kernel.Text;
import java.io.IOException;
import java.io.InputStream;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/** Reads a {@code .dir} object file by file, and refuses what could not lie in one folder. */
final class DvcDirectoryReader {
  private static final Pattern MD5 = Pattern.compile("[0-9a-f]{32}");
  private static final StreamReadConstraints LIMITS =
      StreamReadConstraints.builder()
          .maxNestingDepth(3)
          .maxStringLength(8192)
          .maxNameLength(64)
          .build();
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(LIMITS)
          .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
          .build();

  private final int maxFiles;
  private final PathColumn.Builder paths = new PathColumn.Builder(0);
  private final Md5Column.Builder md5s = new Md5Column.Builder(0);

  DvcDirectoryReader(int maxFiles) {
    this.maxFiles = maxFiles;
  }

  DvcDirectory read(InputStream bytes) throws IOException, DvcMistake {
    try (var parser = JSON.createParser(ObjectReadContext.empty(), bytes)) {
      require(parser.nextToken() == JsonToken.START_ARRAY, "the .dir object is no JSON list");
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        if (paths.size() >= maxFiles) {
          throw mistake("has more than %d files".formatted(maxFiles));
        }
        entry(parser);
      }
      require(parser.nextToken() == null, "the .dir object goes on after its list");
    } catch (JacksonException e) {
      throw new DvcMistake(
          0, "the .dir object is no JSON: " + Text.excerpt(e.getOriginalMessage()));
    }
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
    paths.add(path);
    md5s.add(md5);
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
}
