package dev.fovea.pipelines.launch;

import dev.fovea.kernel.Digest;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;

/**
 * A job, as data: what runs on which files. It says nothing of the machine, so the same job is the
 * same object wherever it runs, and launching it twice is launching it once.
 *
 * @param kind what it does, one lower-case word or several with hyphens
 * @param runtime what runs the arguments
 * @param arguments the program's; {@code {in}} and {@code {out}} stand for its folders
 * @param shards the input files of each shard, by name; every shard runs the same arguments
 * @param parallelism how many shards run at the same time
 * @param limits what one shard may take
 */
public record JobSpec(
    String kind,
    Runtime runtime,
    List<String> arguments,
    List<Map<String, Digest>> shards,
    int parallelism,
    JobLimits limits) {
  /** Of a file that goes in or comes out: no folder, no dot at the beginning. */
  static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

  private static final Pattern KIND = Pattern.compile("[a-z][a-z0-9-]{0,23}");
  private static final int MOST_SHARDS = 10_000;
  private static final long LIMIT_BYTES = 256L << 20;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** What runs a job's arguments; a launcher's configuration says by which command or image. */
  public enum Runtime {
    /** Fovea's own command line. */
    FOVEA,
    /** A Python with {@code fovea-mlops}. */
    PYTHON
  }

  public JobSpec {
    if (!KIND.matcher(kind).matches()) {
      throw new IllegalArgumentException(
          "kind of a job: '%s' (expected: 1 to 24 lower-case letters, digits and hyphens)"
              .formatted(kind));
    }
    arguments = List.copyOf(arguments);
    shards = shards.stream().map(files -> Map.copyOf(files)).toList();
    if (shards.isEmpty() || shards.size() > MOST_SHARDS) {
      throw new IllegalArgumentException(
          "shards of a job: %d (expected: 1 to %d)".formatted(shards.size(), MOST_SHARDS));
    }
    for (var name : shards.stream().flatMap(files -> files.keySet().stream()).toList()) {
      if (!FILE_NAME.matcher(name).matches()) {
        throw new IllegalArgumentException(
            "input of a job: '%s' (expected: a file name of letters, digits, '.', '_' and '-')"
                .formatted(name));
      }
    }
    if (parallelism < 1) {
      throw new IllegalArgumentException(
          "parallelism of a job: %d (expected: 1 or more)".formatted(parallelism));
    }
  }

  /** Reads one from the store. */
  public static JobSpec read(ObjectStore objects, Digest digest) throws IOException {
    return JSON.readValue(objects.bytes(digest, LIMIT_BYTES), JobSpec.class);
  }

  /** Stores it and answers its digest. */
  public Digest write(ObjectStore objects) throws IOException {
    return objects.put(bytes());
  }

  /** Of everything that decides the outcome, and of the limits. */
  public Digest digest() {
    return Digest.sha256(bytes());
  }

  /** Unique for what it does; a DNS label of at most 57 characters. */
  public String name() {
    return "fovea-%s-%s".formatted(kind, digest().hex().substring(0, 24));
  }

  private byte[] bytes() {
    var sorted = shards.stream().map(files -> new TreeMap<>(files)).toList();
    return JSON.writeValueAsString(
            new Canonical(kind, runtime, arguments, sorted, parallelism, limits))
        .getBytes(StandardCharsets.UTF_8);
  }

  /** The same with the names of each shard in order, so that equal specs have equal bytes. */
  private record Canonical(
      String kind,
      Runtime runtime,
      List<String> arguments,
      List<TreeMap<String, Digest>> shards,
      int parallelism,
      JobLimits limits) {}
}
