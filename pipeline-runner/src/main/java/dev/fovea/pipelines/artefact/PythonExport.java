package dev.fovea.pipelines.artefact;

import dev.fovea.kernel.Digest;
import dev.fovea.onnx.graph.OnnxReader;
import dev.fovea.onnx.graph.OnnxWriter;
import dev.fovea.pipelines.launch.JobLimits;
import dev.fovea.pipelines.launch.JobSpec;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/**
 * The exporter in Python, {@code fovea-mlops}, for {@code .pt2} files with operators that Fovea's
 * own exporter lacks. It is a job, since PyTorch runs what it reads: it has no network and no
 * credentials, and its model is read and written anew before anything else sees it.
 */
public final class PythonExport {
  private static final String MODEL = "model.onnx";
  private static final String REPORT = "report.json";
  private static final long LIMIT_REPORT_BYTES = 1 << 20;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Artefacts artefacts;
  private final ObjectStore objects;
  private final JobLimits limits;

  public PythonExport(Artefacts artefacts, ObjectStore objects, JobLimits limits) {
    this.artefacts = artefacts;
    this.objects = objects;
    this.limits = limits;
  }

  /** The job that exports this model file. */
  public JobSpec job(Digest model) {
    return new JobSpec(
        "export",
        JobSpec.Runtime.PYTHON,
        List.of("-m", "fovea_mlops", "export", "{in}/model.pt2", "--out", "{out}"),
        List.of(Map.of("model.pt2", model)),
        1,
        limits);
  }

  /** The exported model, where it was made. */
  public Optional<Digest> find(Digest model) throws IOException {
    return artefacts.find(recipe(model));
  }

  /**
   * Takes what the job made.
   *
   * @throws dev.fovea.kernel.Problem when that is no model that Fovea reads
   */
  public Digest keep(Digest model, Map<String, Digest> outputs) throws IOException {
    try (var local = objects.local(output(outputs, MODEL))) {
      var exported = OnnxReader.read(local.path());
      var kept =
          objects.put(OnnxWriter.bytes(exported.withMetadata("fovea.model", model.toString())));
      artefacts.keep(recipe(model), kept);
      return kept;
    }
  }

  /** What the exporter says about its work, in a few words. */
  public String summary(Map<String, Digest> outputs) throws IOException {
    var report = JSON.readTree(objects.bytes(output(outputs, REPORT), LIMIT_REPORT_BYTES));
    return String.format(
        Locale.ROOT,
        "by PyTorch %.20s's %.20s exporter, opset %d, largest difference %.2e",
        report.path("versions").path("torch").asString("?"),
        report.path("exporter").asString("?"),
        report.path("opset").asInt(0),
        report.path("worst").path("relative").asDouble(Double.NaN));
  }

  private static Digest output(Map<String, Digest> outputs, String name) {
    return Optional.ofNullable(outputs.get(name))
        .orElseThrow(() ->
            new IllegalStateException(
                "exporter: it left %s (expected: %s among them)"
                    .formatted(outputs.keySet(), name)));
  }

  static Artefacts.Recipe recipe(Digest model) {
    return new Artefacts.Recipe("export-python-1", List.of(model.toString()));
  }
}
