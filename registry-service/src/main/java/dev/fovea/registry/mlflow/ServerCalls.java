package dev.fovea.registry.mlflow;

import dev.fovea.kernel.Text;
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

  @GetMapping(path = "/version", produces = MediaType.TEXT_PLAIN_VALUE)
  String version() {
    return MLFLOW_VERSION;
  }

  @GetMapping(path = "/health", produces = MediaType.TEXT_PLAIN_VALUE)
  String health() {
    return "OK";
  }

  @GetMapping({"/api/3.0/mlflow/server-info", "/ajax-api/3.0/mlflow/server-info"})
  Map<String, Object> info() {
    return Map.of(
        "store_type", "SqlStore",
        "workspaces_enabled", true,
        "trace_archival_enabled", false,
        "multipart_uploads_enabled", false,
        "multipart_downloads_enabled", false,
        "presigned_upload_run_id_supported", false,
        "presigned_upload_model_id_supported", false,
        "features_enabled", Map.of("gateway", false),
        "fovea", Map.of("mlflow", MLFLOW_VERSION));
  }

  /** Told so, a client sends its bytes through the ordinary calls. */
  @RequestMapping({
    "/api/2.0/mlflow-artifacts/mpu/**",
    "/ajax-api/2.0/mlflow-artifacts/mpu/**",
    "/api/2.0/mlflow-artifacts/presigned/**",
    "/ajax-api/2.0/mlflow-artifacts/presigned/**",
    "/api/2.0/mlflow/artifacts/presigned-upload-url",
    "/ajax-api/2.0/mlflow/artifacts/presigned-upload-url",
    "/api/2.0/mlflow/artifacts/presigned-download-url",
    "/ajax-api/2.0/mlflow/artifacts/presigned-download-url"
  })
  void multipart() {
    throw new MlflowError(
        ErrorCode.NOT_IMPLEMENTED,
        "Fovea takes artifacts by PUT and gives them by GET, without multipart or presigned transfers");
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
