package dev.fovea.datasets;

import dev.fovea.dsse.Envelope;
import dev.fovea.dsse.VerifyingKey;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;

/** What the dataset service signed, and the keys to check it with. */
@HttpExchange("/api/v1/projects/{project}/datasets")
public interface SignedVersions {
  /**
   * The signed {@link VersionStatement} of a version. Beside it, at {@code …/manifest}, lies the
   * manifest that it names, byte for byte.
   */
  @GetExchange("/{dataset}/versions/{digest}/statement")
  Envelope statement(
      @PathVariable("project") Name project,
      @PathVariable("dataset") Name dataset,
      @PathVariable("digest") Digest digest)
      throws NoSuchThing;

  /** Every key that the service has signed with, the newest first. */
  @GetExchange("/-/keys")
  List<Key> keys(@PathVariable("project") Name project);

  /**
   * A key.
   *
   * @param id the digest of its SubjectPublicKeyInfo; the {@code keyid} of what it signed
   * @param pem the public half, as OpenSSL reads it
   * @param since when it first signed here
   * @param until when another took its place; absent while it is in use
   */
  record Key(Digest id, String pem, Instant since, Optional<Instant> until) {
    /** For checking. */
    public VerifyingKey verifying() {
      return VerifyingKey.parse(pem);
    }
  }
}
