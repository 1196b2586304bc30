package dev.fovea.registry.mlflow;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import dev.fovea.registry.artifacts.ArtifactPath;
import dev.fovea.registry.artifacts.Artifacts;
import dev.fovea.registry.artifacts.SentPart;
import dev.fovea.registry.artifacts.SignedFiles;
import dev.fovea.registry.artifacts.SignedFiles.Ticket;
import dev.fovea.registry.artifacts.Uploads;
import dev.fovea.registry.artifacts.Uploads.PartAddress;
import dev.fovea.registry.models.LoggedModels;
import dev.fovea.registry.protocol.ErrorCode;
import dev.fovea.registry.protocol.Fields;
import dev.fovea.registry.protocol.MlflowError;
import dev.fovea.registry.tracking.TrackedRuns;
import dev.fovea.store.PartKey;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * MLflow's calls for files that go in parts, and for addresses that need no token (mlflow 3.17.2,
 * mlflow_artifacts.proto and service.proto). The addresses lead to {@link SignedCalls}, or straight
 * to an S3.
 */
@RestController
class TransferCalls {
  private static final String API = "/api/2.0/mlflow-artifacts/";
  private static final String TWIN = "/ajax-api/2.0/mlflow-artifacts/";

  /** What MLflow's own server signs addresses for where nobody says. */
  private static final Duration WRITING = Duration.ofSeconds(900);

  private static final Duration READING = Duration.ofSeconds(300);
  private static final Duration LONGEST = Duration.ofDays(7);

  private final Uploads uploads;
  private final SignedFiles files;
  private final Artifacts artifacts;
  private final TrackedRuns runs;
  private final LoggedModels models;
  private final ClientAddress address;

  TransferCalls(
      Uploads uploads,
      SignedFiles files,
      Artifacts artifacts,
      TrackedRuns runs,
      LoggedModels models,
      ClientAddress address) {
    this.uploads = uploads;
    this.files = files;
    this.artifacts = artifacts;
    this.runs = runs;
    this.models = models;
    this.address = address;
  }

  @JsonNaming(SnakeCaseStrategy.class)
  record Credential(String url, int partNumber) {}

  @JsonNaming(SnakeCaseStrategy.class)
  record Begun(String uploadId, List<Credential> credentials) {}

  @JsonNaming(SnakeCaseStrategy.class)
  @JsonInclude(Include.NON_EMPTY)
  record Presigned(String presignedUrl, Optional<Long> fileSize) {}

  @JsonNaming(SnakeCaseStrategy.class)
  record Direct(String url, Map<String, String> headers, long fileSize) {}

  @PostMapping({API + "mpu/create/{*path}", TWIN + "mpu/create/{*path}"})
  Begun create(
      Scope scope, @PathVariable("path") String path, Fields fields, HttpServletRequest request) {
    var begun =
        uploads.begin(
            scope.project(), place(path, fields), fields.optionalWhole("num_parts").orElse(0));
    var base = address.of(request);
    return new Begun(
        begun.id(),
        begun.parts().stream()
            .map(part -> new Credential(url(base, begun.id(), part), part.number()))
            .toList());
  }

  private static String url(String base, String upload, PartAddress part) {
    return part.direct()
        .map(Object::toString)
        .orElseGet(() -> base + SignedCalls.partAddress(upload, part.number(), part.signature()));
  }

  @PostMapping({API + "mpu/complete/{*path}", TWIN + "mpu/complete/{*path}"})
  Map<String, Object> complete(Scope scope, @PathVariable("path") String path, Fields fields)
      throws IOException {
    uploads.complete(scope.project(), place(path, fields), fields.text("upload_id"), parts(fields));
    return Map.of();
  }

  @PostMapping({API + "mpu/abort/{*path}", TWIN + "mpu/abort/{*path}"})
  Map<String, Object> abort(Scope scope, @PathVariable("path") String path, Fields fields) {
    uploads.abort(scope.project(), place(path, fields), fields.text("upload_id"));
    return Map.of();
  }

  /**
   * The client reads the file by ranges from there. Fovea has no such address of its own: it never
   * gives bytes that it hasn't compared with their digest, which takes the whole file. Told so, the
   * client reads it whole.
   */
  @GetMapping({API + "presigned/{*path}", TWIN + "presigned/{*path}"})
  Direct direct(Scope scope, @PathVariable("path") String path) {
    if (!uploads.areDirect()) {
      throw new MlflowError(
          ErrorCode.NOT_IMPLEMENTED,
          "Presigned download is not supported for the current artifact repository: this installation's objects are read through Fovea alone");
    }
    var artifact =
        artifacts
            .find(scope.project(), ArtifactCalls.place(path))
            .orElseThrow(() -> ArtifactCalls.noSuchArtifact(path));
    var url = files.direct(artifact, READING).orElseThrow();
    return new Direct(url.toString(), Map.of(), artifact.bytes());
  }

  @PostMapping({
    "/api/2.0/mlflow/artifacts/presigned-upload-url",
    "/ajax-api/2.0/mlflow/artifacts/presigned-upload-url"
  })
  Presigned writing(Scope scope, Fields fields, HttpServletRequest request) {
    var run = fields.optionalText("run_id").filter(id -> !id.isEmpty());
    var model = fields.optionalText("model_id").filter(id -> !id.isEmpty());
    if (run.isPresent() == model.isPresent()) {
      throw MlflowError.invalid("Exactly one of run_id and model_id must be provided.");
    }
    var path = fields.text("path");
    var place =
        run.map(id -> ofRun(scope, id, path))
            .orElseGet(() -> ofModel(scope, model.orElseThrow(), path));
    return presigned(
        files.writing(scope.project(), place, valid(fields, WRITING)), request, Optional.empty());
  }

  @PostMapping({
    "/api/2.0/mlflow/artifacts/presigned-download-url",
    "/ajax-api/2.0/mlflow/artifacts/presigned-download-url"
  })
  Presigned reading(Scope scope, Fields fields, HttpServletRequest request) {
    var place = ofRun(scope, fields.text("run_id"), fields.text("path"));
    var artifact =
        artifacts
            .find(scope.project(), place)
            .orElseThrow(() -> ArtifactCalls.noSuchArtifact(place.path()));
    var valid = valid(fields, READING);
    return files
        .direct(artifact, valid)
        .map(url -> new Presigned(url.toString(), Optional.of(artifact.bytes())))
        .orElseGet(() ->
            presigned(
                files.reading(scope.project(), place, artifact, valid),
                request,
                Optional.of(artifact.bytes())));
  }

  private Presigned presigned(Ticket ticket, HttpServletRequest request, Optional<Long> bytes) {
    return new Presigned(
        address.of(request) + SignedCalls.fileAddress(ticket.id(), ticket.signature()), bytes);
  }

  private ArtifactPath ofRun(Scope scope, String id, String path) {
    var run = runs.load(scope.project(), id);
    return new ArtifactPath(run.experiment(), run.id(), path);
  }

  private ArtifactPath ofModel(Scope scope, String id, String path) {
    var model = models.load(scope.project(), id);
    return new ArtifactPath(model.experiment(), model.id(), path);
  }

  private static Duration valid(Fields fields, Duration unset) {
    var seconds = fields.optionalWhole("expiration").orElse(unset.toSeconds());
    if (seconds < 1 || seconds > LONGEST.toSeconds()) {
      throw MlflowError.invalid(
          "expiration must be between 1 and %d seconds (got %d)."
              .formatted(LONGEST.toSeconds(), seconds));
    }
    return Duration.ofSeconds(seconds);
  }

  /**
   * The folder is in the address; clients name the file, or the whole path that it has with them.
   */
  private static ArtifactPath place(String folder, Fields fields) {
    var local = fields.text("path");
    var name = local.substring(Math.max(local.lastIndexOf('/'), local.lastIndexOf('\\')) + 1);
    if (name.isEmpty()) {
      throw MlflowError.invalid("Invalid path: no file name");
    }
    return ArtifactCalls.place(folder.replaceAll("/$", "") + "/" + name);
  }

  private static List<SentPart> parts(Fields fields) {
    var parts = fields.objects("parts");
    if (parts.isEmpty()) {
      throw MlflowError.invalid(
          "Missing value for required parameter 'parts'. See the API docs for more information about request parameters.");
    }
    if (parts.size() > PartKey.MOST_PARTS) {
      throw MlflowError.invalid(
          "parts: %d (expected: at most %d)".formatted(parts.size(), PartKey.MOST_PARTS));
    }
    return parts.stream()
        .map(part -> new SentPart(part.whole("part_number"), part.text("etag").replace("\"", "")))
        .toList();
  }
}
