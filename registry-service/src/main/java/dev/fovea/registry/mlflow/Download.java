package dev.fovea.registry.mlflow;

import dev.fovea.registry.artifacts.Artifact;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.springframework.core.io.InputStreamResource;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.MediaTypeFactory;
import org.springframework.http.ResponseEntity;

/** A file as it is always sent: as a download, and no page may run it. */
final class Download {
  private static final Set<String> TEXTS = Set.of("MLmodel", "MLproject");

  private Download() {}

  static ResponseEntity<InputStreamResource> of(Artifact artifact, InputStream content) {
    return ResponseEntity.ok()
        .contentType(type(artifact.fileName()))
        .contentLength(artifact.bytes())
        .header(
            HttpHeaders.CONTENT_DISPOSITION,
            ContentDisposition.attachment()
                .filename(artifact.fileName(), StandardCharsets.UTF_8)
                .build()
                .toString())
        .header("X-Content-Type-Options", "nosniff")
        .header("Content-Security-Policy", "sandbox; default-src 'none'")
        .body(new InputStreamResource(content));
  }

  private static MediaType type(String name) {
    return TEXTS.contains(name)
        ? MediaType.TEXT_PLAIN
        : MediaTypeFactory.getMediaType(name).orElse(MediaType.APPLICATION_OCTET_STREAM);
  }
}
