package dev.fovea.registry;

import dev.fovea.dsse.VerifyingKey;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;

/** What the registry signed of model versions, whether it still holds, and the keys. */
@HttpExchange("/api/v1/projects/{project}/models")
public interface SignedModels {
  /** The signed {@link ModelStatement} of a version. */
  @GetExchange("/{model}/versions/{number}/signature")
  ModelSignature signature(
      @PathVariable("project") Name project,
      @PathVariable("model") String model,
      @PathVariable("number") int number)
      throws NoSuchThing, ModelNotTrusted;

  /**
   * Compares a version with what was signed of it: its record, the list of its files and, where
   * asked, every byte of them.
   *
   * @param bytes whether the files are read
   */
  @GetExchange("/{model}/versions/{number}/verification")
  Verification verify(
      @PathVariable("project") Name project,
      @PathVariable("model") String model,
      @PathVariable("number") int number,
      @RequestParam(name = "bytes", defaultValue = "true") boolean bytes)
      throws NoSuchThing;

  /** Every key that the registry has signed with: the one in use first, then the newest. */
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

  /**
   * What a check found.
   *
   * @param faults what differs from what was signed, a sentence each; empty where all holds
   * @param key who signed; absent where nobody known here did
   * @param registered what was signed; absent where it can't be read
   * @param files how many files were signed
   * @param bytesRead how many bytes of them were read and held
   */
  record Verification(
      Name project,
      String model,
      int number,
      List<String> faults,
      Optional<Digest> key,
      Optional<ModelStatement.Registered> registered,
      int files,
      long bytesRead) {
    public Verification {
      faults = List.copyOf(faults);
    }

    /** Whether it is what was signed. */
    public boolean holds() {
      return faults.isEmpty();
    }

    /**
     * Goes on where it is what was signed.
     *
     * @throws ModelNotTrusted where it is not
     */
    public void require() {
      if (!holds()) {
        throw new ModelNotTrusted(project, model, number, String.join("; ", faults));
      }
    }
  }
}
