package dev.fovea.registry.mlflow;

import dev.fovea.kernel.Text;
import dev.fovea.registry.artifacts.Uploads;
import dev.fovea.registry.protocol.ErrorCode;
import dev.fovea.registry.protocol.MlflowError;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What clients ask of a server before anything else, and what they ask in vain. */
@RestController
class ServerCalls {
  /** The version of MLflow whose protocol this is; clients read it before they use newer calls. */
  private static final String MLFLOW_VERSION = "3.17.2";

  private final Uploads uploads;

  ServerCalls(Uploads uploads) {
    this.uploads = uploads;
  }

  @GetMapping(path = "/version", produces = MediaType.TEXT_PLAIN_VALUE)
  String version() {
    return MLFLOW_VERSION;
  }

  @GetMapping(path = "/health", produces = MediaType.TEXT_PLAIN_VALUE)
  String health() {
    return "OK";
  }

  /**
   * Files of 500 MB and more go in parts; they come by ranges only where an S3 gives them itself.
   */
  @GetMapping({"/api/3.0/mlflow/server-info", "/ajax-api/3.0/mlflow/server-info"})
  Map<String, Object> info() {
    return Map.of(
        "store_type", "SqlStore",
        "workspaces_enabled", true,
        "trace_archival_enabled", false,
        "multipart_uploads_enabled", true,
        "multipart_downloads_enabled", uploads.areDirect(),
        "presigned_upload_run_id_supported", true,
        "presigned_upload_model_id_supported", true,
        "features_enabled", Map.of("gateway", false),
        "fovea", Map.of("mlflow", MLFLOW_VERSION));
  }

  @RequestMapping({
    "/api/2.0/mlflow/**",
    "/api/3.0/mlflow/**",
    "/api/2.0/mlflow-artifacts/**",
    "/ajax-api/2.0/mlflow/**",
    "/ajax-api/3.0/mlflow/**",
    "/ajax-api/2.0/mlflow-artifacts/**"
  })
  void unknown(HttpServletRequest request) {
    throw new MlflowError(
        ErrorCode.ENDPOINT_NOT_FOUND,
        "Fovea does not offer %s %s: of MLflow's REST protocol it serves experiments, runs, metrics, artifacts, models and webhooks, not traces, evaluations, prompts or gateways"
            .formatted(request.getMethod(), Text.excerpt(request.getRequestURI())));
  }
}
