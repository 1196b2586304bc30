package dev.fovea.pipelines.launch;

import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Text;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The files of a job on their way between the object store and its folders. */
public final class JobFiles {
  /**
   * So that what a shard made fits into the 4 KiB that a pod may say at its end: a digest and a
   * name of at most 128 characters each.
   */
  private static final int MOST_OUTPUTS = 16;

  private static final ByteSize LARGEST_OUTPUT = new ByteSize(4L << 30);

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private JobFiles() {}

  /** A job left something that it may not leave. */
  public static final class BadOutput extends Exception {
    BadOutput(String what) {
      super(what);
    }
  }

  /** Puts a shard's inputs into an existing folder, each verified. */
  public static void fetch(ObjectStore objects, Map<String, Digest> files, Path folder)
      throws IOException {
    for (var file : files.entrySet()) {
      try (var in = objects.open(file.getValue())) {
        Files.copy(in, folder.resolve(file.getKey()));
      }
    }
  }

  /**
   * Stores what a shard left. The folder was written by a program that may be hostile: only plain
   * files with one name each are taken, few, and none too large.
   */
  public static Map<String, Digest> collect(ObjectStore objects, Path folder)
      throws IOException, BadOutput {
    var outputs = new TreeMap<String, Digest>();
    try (var files = Files.newDirectoryStream(folder)) {
      for (var file : files) {
        if (outputs.size() == MOST_OUTPUTS) {
          throw new BadOutput("more than %d output files".formatted(MOST_OUTPUTS));
        }
        outputs.put(checked(file), objects.put(file));
      }
    }
    if (outputs.isEmpty()) {
      throw new BadOutput("no output file");
    }
    return outputs;
  }

  /** What a shard made, in the words that it is told by: as short as a pod's end must be. */
  public static String written(Map<String, Digest> outputs) {
    return JSON.writeValueAsString(new TreeMap<>(outputs));
  }

  /** The same read; empty where the words are none of ours. */
  public static Optional<Map<String, Digest>> outputs(String written) {
    try {
      return Optional.ofNullable(
          JSON.readValue(written, new TypeReference<Map<String, Digest>>() {}));
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  private static String checked(Path file) throws IOException, BadOutput {
    var name = file.getFileName().toString();
    if (!JobSpec.FILE_NAME.matcher(name).matches()) {
      throw new BadOutput("output file '%s' has no plain name".formatted(Text.excerpt(name)));
    }
    var attributes =
        Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!attributes.isRegularFile() || links(file) != 1) {
      throw new BadOutput("output '%s' is a link or no plain file".formatted(name));
    }
    if (attributes.size() > LARGEST_OUTPUT.bytes()) {
      throw new BadOutput(
          "output '%s' has %s (at most: %s)"
              .formatted(name, new ByteSize(attributes.size()), LARGEST_OUTPUT));
    }
    return name;
  }

  /** A second name of a file elsewhere would hand out what the program could not read. */
  private static int links(Path file) throws IOException {
    return file.getFileSystem().supportedFileAttributeViews().contains("unix")
        ? (Integer) Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS)
        : 1;
  }
}
