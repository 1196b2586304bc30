package dev.fovea.datasets;

import dev.fovea.kernel.Digest;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a dataset version consists of. Its digest is the version's digest: the SHA-256 of its JSON,
 * samples sorted by path.
 *
 * @param classes the labels in the order of the model's outputs
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
    return JSON.readValue(objects.bytes(version, LIMIT_BYTES), Manifest.class);
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
    return objects.put(JSON.writeValueAsString(this).getBytes(StandardCharsets.UTF_8));
  }

  /** The samples of one split, by path. */
  public List<Sample> split(String split) {
    return samples.stream().filter(sample -> sample.split().equals(split)).toList();
  }
}
