package dev.fovea.registry.mlflow;

import dev.fovea.registry.artifacts.Artifacts;
import dev.fovea.registry.artifacts.SignedFiles;
import dev.fovea.registry.artifacts.Uploads;
import dev.fovea.registry.protocol.MlflowError;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Map;
import org.springframework.core.io.InputStreamResource;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Files and parts of files by signed addresses: the only way to artifacts without a token. The
 * address says all, and is looked at before anything else.
 */
@RestController
class SignedCalls {
  private static final String PARTS = "/api/2.0/mlflow-artifacts/signed/parts/";
  private static final String FILES = "/api/2.0/mlflow-artifacts/signed/files/";

  private final Uploads uploads;
  private final SignedFiles files;
  private final Artifacts artifacts;

  SignedCalls(Uploads uploads, SignedFiles files, Artifacts artifacts) {
    this.uploads = uploads;
    this.files = files;
    this.artifacts = artifacts;
  }

  static String partAddress(String upload, int number, String signature) {
    return PARTS + upload + "/" + number + "?signature=" + signature;
  }

  static String fileAddress(String id, String signature) {
    return FILES + id + "?signature=" + signature;
  }

  @PutMapping(PARTS + "{upload}/{number}")
  ResponseEntity<Map<String, Object>> putPart(
      @PathVariable("upload") String upload,
      @PathVariable("number") String number,
      @RequestParam(name = "signature", defaultValue = "") String signature,
      HttpServletRequest request)
      throws IOException {
    if (!number.matches("[1-9]\\d{0,4}")) {
      throw MlflowError.missing("No such part: a part's number is 1 or more");
    }
    var tag = uploads.put(upload, Integer.parseInt(number), signature, request.getInputStream());
    return ResponseEntity.ok().eTag(tag).body(Map.of());
  }

  @PutMapping(FILES + "{id}")
  Map<String, Object> put(
      @PathVariable("id") String id,
      @RequestParam(name = "signature", defaultValue = "") String signature,
      HttpServletRequest request)
      throws IOException {
    files.put(id, signature, request.getInputStream());
    return Map.of();
  }

  /** Always whole: a part can't be compared with the file's digest. */
  @GetMapping(FILES + "{id}")
  ResponseEntity<InputStreamResource> get(
      @PathVariable("id") String id,
      @RequestParam(name = "signature", defaultValue = "") String signature)
      throws IOException {
    var artifact = files.find(id, signature);
    return Download.of(artifact, artifacts.open(artifact));
  }
}
