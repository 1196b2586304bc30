package dev.fovea.datasets.signing;

import dev.fovea.datasets.DatasetVersion;
import dev.fovea.datasets.SignedVersions;
import dev.fovea.datasets.versions.Versions;
import dev.fovea.dsse.Envelope;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.util.List;
import org.springframework.core.io.InputStreamResource;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

@RestController
class SignedVersionsEndpoint implements SignedVersions {
  private final StatementWriter statements;
  private final SigningKeys keys;
  private final Versions versions;
  private final ObjectStore objects;

  SignedVersionsEndpoint(
      StatementWriter statements, SigningKeys keys, Versions versions, ObjectStore objects) {
    this.statements = statements;
    this.keys = keys;
    this.versions = versions;
    this.objects = objects;
  }

  @Override
  public Envelope statement(Name project, Name dataset, Digest digest) {
    return statements.statement(version(project, dataset, digest));
  }

  @Override
  public List<Key> keys(Name project) {
    return keys.all();
  }

  /** The manifest that a statement names, byte for byte; below the interface's path. */
  @GetMapping("/{dataset}/versions/{digest}/manifest")
  ResponseEntity<InputStreamResource> manifest(
      @PathVariable("project") Name project,
      @PathVariable("dataset") Name dataset,
      @PathVariable("digest") Digest digest)
      throws IOException {
    var version = version(project, dataset, digest);
    return ResponseEntity.ok()
        .contentType(MediaType.APPLICATION_JSON)
        .contentLength(objects.size(version.digest()))
        .body(new InputStreamResource(objects.open(version.digest())));
  }

  private DatasetVersion version(Name project, Name dataset, Digest digest) {
    return versions
        .find(project, dataset, digest)
        .orElseThrow(() ->
            new NoSuchThing(
                "version of dataset " + dataset,
                digest.toString(),
                "run 'fovea dataset log %s' to see those that exist".formatted(dataset)));
  }
}
