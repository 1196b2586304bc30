package dev.fovea.datasets;

import dev.fovea.kernel.Digest;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a dataset version consists of. Its digest is the version's digest: the SHA-256 of its JSON,
 * samples sorted by path.
 *
 * @param classes the labels in the order of the model's outputs; of objects, in that of their label
 *     files where fovea.yaml names none
 * @param samples sorted by path
 */
public record Manifest(List<String> classes, List<Sample> samples) {
  private static final long LIMIT_BYTES = 1L << 30;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  public Manifest {
    classes = List.copyOf(classes);
    samples = samples.stream().sorted(Comparator.comparing(Sample::path)).toList();
  }

  /** Reads a version's manifest. */
  public static Manifest read(ObjectStore objects, Digest version) throws IOException {
    try (var bytes = open(objects, version)) {
      return JSON.readValue(bytes, Manifest.class);
    }
  }

  /**
   * What a version's manifest says of one image. Reads no further than its place among the others,
   * and holds one sample at a time.
   */
  public static Optional<Sample> find(ObjectStore objects, Digest version, String path)
      throws IOException {
    try (var samples = new ManifestSamples(open(objects, version))) {
      for (var next = samples.next(); next.isPresent(); next = samples.next()) {
        int order = next.get().path().compareTo(path);
        if (order >= 0) {
          return order == 0 ? next : Optional.empty();
        }
      }
      return Optional.empty();
    }
  }

  private static InputStream open(ObjectStore objects, Digest version) throws IOException {
    long size = objects.size(version);
    if (size > LIMIT_BYTES) {
      throw new IOException(
          "manifest %s: %d bytes (expected: at most %d)".formatted(version, size, LIMIT_BYTES));
    }
    return objects.open(version);
  }

  /**
   * Reads one's JSON.
   *
   * @param json whose SHA-256 was checked
   */
  public static Manifest parse(InputStream json) {
    return JSON.readValue(json, Manifest.class);
  }

  /** Stores it and answers the version's digest. */
  public Digest write(ObjectStore objects) throws IOException {
    var file = Files.createTempFile("fovea-manifest", ".json");
    try {
      JSON.writeValue(file, this);
      return objects.put(file);
    } finally {
      Files.delete(file);
    }
  }

  /** Whether classes are said of objects in the images, not of each image as a whole. */
  public boolean holdsObjects() {
    return samples.stream()
        .anyMatch(sample -> sample.label().isEmpty() || !sample.objects().isEmpty());
  }

  /** The samples of one split, by path. */
  public List<Sample> split(String split) {
    return samples.stream().filter(sample -> sample.split().equals(split)).toList();
  }
}
