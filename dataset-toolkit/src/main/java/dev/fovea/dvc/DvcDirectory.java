package dev.fovea.dvc;

import dev.fovea.kernel.Text;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * DVC's {@code .dir} object: the files of a folder with the MD5 of each. Its own MD5 names the
 * folder's content, so the bytes must be exactly those of Python's {@code json.dumps(entries,
 * sort_keys=True)} (dvc-data 3.18, {@code hashfile/tree.py}).
 *
 * @param entries in the order of their paths' code points
 */
public record DvcDirectory(List<Entry> entries) {
  private static final Pattern MD5 = Pattern.compile("[0-9a-f]{32}");
  private static final StreamReadConstraints LIMITS =
      StreamReadConstraints.builder()
          .maxNestingDepth(3)
          .maxStringLength(8192)
          .maxNameLength(64)
          .build();
  private static final JsonFactory JSON =
      JsonFactory.builder().streamReadConstraints(LIMITS).build();

  /**
   * One file.
   *
   * @param md5 of its bytes, 32 lower-case hex digits
   * @param path inside the folder, with {@code /}
   */
  public record Entry(String md5, String path) {}

  public DvcDirectory {
    entries = entries.stream().sorted(Comparator.comparing(Entry::path, CodePoints.ORDER)).toList();
  }

  /**
   * Reads one; the stream is left open.
   *
   * @param maxFiles how many files it may have
   * @throws DvcMistake when it is not a list of files that can lie in one folder
   */
  public static DvcDirectory read(InputStream bytes, int maxFiles) throws IOException, DvcMistake {
    var entries = new ArrayList<Entry>();
    var seen = new HashMap<String, String>();
    try (var parser = JSON.createParser(ObjectReadContext.empty(), bytes)) {
      require(parser.nextToken() == JsonToken.START_ARRAY, "the .dir object is no JSON list");
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        require(
            entries.size() < maxFiles,
            "the .dir object has more than %d files".formatted(maxFiles));
        var entry = entry(parser);
        var twin = seen.put(entry.path().toLowerCase(Locale.ROOT), entry.path());
        if (twin != null) {
          throw new DvcMistake(
              0,
              "the .dir object has both '%s' and '%s', which are one file on some systems"
                  .formatted(Text.excerpt(twin), Text.excerpt(entry.path())));
        }
        entries.add(entry);
      }
      require(parser.nextToken() == null, "the .dir object goes on after its list");
    } catch (JacksonException e) {
      throw new DvcMistake(
          0, "the .dir object is no JSON: " + Text.excerpt(e.getOriginalMessage()));
    }
    refuseFilesThatAreFolders(entries);
    return new DvcDirectory(entries);
  }

  private static Entry entry(JsonParser parser) throws DvcMistake {
    require(
        parser.currentToken() == JsonToken.START_OBJECT,
        "the .dir object's list holds something else than files");
    var md5 = "";
    var path = "";
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      var key = parser.currentName();
      require(
          parser.nextToken() == JsonToken.VALUE_STRING,
          "the .dir object: '%s' is no text".formatted(Text.excerpt(key)));
      switch (key) {
        case "md5" -> md5 = parser.getString();
        case "relpath" -> path = parser.getString();
        default ->
            throw new DvcMistake(
                0, "the .dir object has the key '%s'".formatted(Text.excerpt(key)));
      }
    }
    require(
        MD5.matcher(md5).matches(),
        "the .dir object: md5 '%s' (expected: 32 lower-case hex digits)"
            .formatted(Text.excerpt(md5)));
    var fault = RelativePath.fault(path);
    if (fault.isPresent()) {
      throw new DvcMistake(
          0, "the .dir object: path '%s' %s".formatted(Text.excerpt(path), fault.get()));
    }
    return new Entry(md5, path);
  }

  private static void refuseFilesThatAreFolders(List<Entry> entries) throws DvcMistake {
    var files = new HashSet<String>();
    entries.forEach(entry -> files.add(entry.path()));
    for (var entry : entries) {
      for (int slash = entry.path().lastIndexOf('/');
          slash > 0;
          slash = entry.path().lastIndexOf('/', slash - 1)) {
        var folder = entry.path().substring(0, slash);
        require(
            !files.contains(folder),
            "the .dir object has '%s' as a file and as a folder".formatted(Text.excerpt(folder)));
      }
    }
  }

  private static void require(boolean fine, String otherwise) throws DvcMistake {
    if (!fine) {
      throw new DvcMistake(0, otherwise);
    }
  }

  /** The MD5 of each file, by path. */
  public Map<String, String> byPath() {
    var files = new HashMap<String, String>();
    entries.forEach(entry -> files.put(entry.path(), entry.md5()));
    return files;
  }

  /** The object's bytes. */
  public byte[] bytes() {
    var json = new StringBuilder("[");
    for (var entry : entries) {
      if (json.length() > 1) {
        json.append(", ");
      }
      json.append("{\"md5\": \"").append(entry.md5()).append("\", \"relpath\": ");
      PythonText.quote(entry.path(), json);
      json.append('}');
    }
    return json.append(']').toString().getBytes(StandardCharsets.US_ASCII);
  }

  /** DVC's name for it: 32 hex digits and {@code .dir}. */
  public String name() {
    return Md5.hex(bytes()) + ".dir";
  }
}
