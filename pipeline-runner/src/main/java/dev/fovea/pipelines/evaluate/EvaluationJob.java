package dev.fovea.pipelines.evaluate;

import dev.fovea.kernel.Digest;
import dev.fovea.pipelines.launch.JobLimits;
import dev.fovea.pipelines.launch.JobSpec;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/**
 * An evaluation as a job of several shards: {@code fovea job evaluate}. A shard is told what to do
 * by a file, and finds the models and its images, named by their digests, beside it.
 */
public final class EvaluationJob {
  private static final String ORDER = "shard.json";
  private static final String ANSWERS = "answers.json";
  private static final long LIMIT_BYTES = 256L << 20;
  private static final JsonMapper JSON = EvaluationJson.MAPPER;

  private EvaluationJob() {}

  /**
   * The job of a whole split.
   *
   * @param imagesInShard how many images a shard has at most
   */
  public static JobSpec of(
      ObjectStore objects, Shard whole, int imagesInShard, int parallelism, JobLimits limits)
      throws IOException {
    var shards = new ArrayList<Map<String, Digest>>();
    var samples = whole.samples();
    for (int begin = 0; begin < samples.size(); begin += imagesInShard) {
      var shard = whole.range(begin, Math.min(begin + imagesInShard, samples.size())).asked();
      var files = new TreeMap<String, Digest>();
      files.put(
          ORDER, objects.put(JSON.writeValueAsString(shard).getBytes(StandardCharsets.UTF_8)));
      files.put(whole.fp32().hex(), whole.fp32());
      files.put(whole.int8().hex(), whole.int8());
      shard.samples().forEach(sample -> files.put(sample.image().hex(), sample.image()));
      shards.add(files);
    }
    return new JobSpec(
        "evaluate",
        JobSpec.Runtime.FOVEA,
        List.of("job", "evaluate", "--in", "{in}", "--out", "{out}"),
        shards,
        parallelism,
        limits);
  }

  /** What one shard does: from its folder of inputs to its folder of outputs. */
  public static void run(Path in, Path out) throws IOException {
    var shard = JSON.readValue(Files.readString(in.resolve(ORDER)), Shard.class);
    Files.writeString(
        out.resolve(ANSWERS), JSON.writeValueAsString(shard.answers(new FolderObjects(in))));
  }

  /**
   * The answers of all shards, as if one had given them.
   *
   * @throws IllegalStateException when they are not those of the whole's images, in their order
   */
  public static Shard.Answers merged(
      ObjectStore objects, Shard whole, List<Map<String, Digest>> outputs) throws IOException {
    var fp32 = new ArrayList<Answer>();
    var int8 = new ArrayList<Answer>();
    for (var files : outputs) {
      var answers = read(objects, files.get(ANSWERS));
      fp32.addAll(answers.fp32());
      int8.addAll(answers.int8());
    }
    check(whole, fp32);
    check(whole, int8);
    return new Shard.Answers(fp32, int8);
  }

  /** A shard ran a model that is not trusted: it answers for its own images or not at all. */
  private static void check(Shard whole, List<Answer> answers) {
    boolean same = answers.size() == whole.samples().size();
    for (int i = 0; same && i < answers.size(); i++) {
      same = answers.get(i).fits(whole, whole.samples().get(i));
    }
    if (!same) {
      throw new IllegalStateException(
          "evaluation of %s: %d answers that are not those of its %d images"
              .formatted(whole.int8().abbreviated(), answers.size(), whole.samples().size()));
    }
  }

  private static Shard.Answers read(
      ObjectStore objects, @org.jspecify.annotations.Nullable Digest answers) throws IOException {
    if (answers == null) {
      throw new IllegalStateException("shard of an evaluation: no '%s'".formatted(ANSWERS));
    }
    return JSON.readValue(objects.bytes(answers, LIMIT_BYTES), Shard.Answers.class);
  }
}
