package dev.fovea.registry.artifacts;

import dev.fovea.kernel.Name;
import dev.fovea.registry.artifacts.Transfer.Kind;
import dev.fovea.registry.protocol.ErrorCode;
import dev.fovea.registry.protocol.MlflowError;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Whole files by signed addresses. A file is always sent to Fovea, never straight to the object
 * store: it has no path before its digest is known, and nobody says when it is complete.
 */
@Component
public final class SignedFiles {
  private final Artifacts artifacts;
  private final Doors doors;
  private final TransferRows rows;
  private final TransactionTemplate transaction;
  private final ObjectStore objects;
  private final ArtifactLimits limits;

  SignedFiles(
      Artifacts artifacts,
      Doors doors,
      TransferRows rows,
      TransactionTemplate transaction,
      ObjectStore objects,
      ArtifactLimits limits) {
    this.artifacts = artifacts;
    this.doors = doors;
    this.rows = rows;
    this.transaction = transaction;
    this.objects = objects;
    this.limits = limits;
  }

  /** What makes an address of Fovea's: its transfer's id, and the signature. */
  public record Ticket(String id, String signature) {}

  /** An address at which a file can be put once. */
  public Ticket writing(Name project, ArtifactPath place, Duration valid) {
    artifacts.requireFree(project, place);
    return ticket(doors.open(Kind.WRITING, project, place, 0, Optional.empty(), valid));
  }

  /** An address at which a file can be read as it is now. */
  public Ticket reading(Name project, ArtifactPath place, Artifact artifact, Duration valid) {
    return ticket(doors.open(Kind.READING, project, place, 0, Optional.of(artifact), valid));
  }

  /** The store's own address of a file; empty where it has none for clients. */
  public Optional<URI> direct(Artifact artifact, Duration valid) {
    return objects
        .transfers()
        .direct()
        .map(addresses -> addresses.object(artifact.digest(), artifact.fileName(), valid));
  }

  /** Takes a file of whoever has its address; the row appears when the bytes are durable. */
  public void put(String id, String signature, InputStream bytes) throws IOException {
    var transfer = doors.pass(Kind.WRITING, id, 0, signature);
    var counted = new Counted(bytes, limits.maxArtifact().toBytes());
    var digest = objects.put(counted);
    var artifact = new Artifact(transfer.place().path(), digest, counted.count());
    transaction.executeWithoutResult(_ -> {
      if (!rows.done(id, artifact)) {
        throw new MlflowError(
            ErrorCode.PERMISSION_DENIED, "this address was used meanwhile; ask for another");
      }
      artifacts.requireOwner(transfer.project(), transfer.place());
      artifacts.put(transfer.place().owner(), artifact);
    });
  }

  /** The file that an address is of; gone where the path has other bytes by now, or none. */
  public Artifact find(String id, String signature) {
    var transfer = doors.pass(Kind.READING, id, 0, signature);
    return artifacts
        .find(transfer.project(), transfer.place())
        .filter(found -> transfer.result().filter(found::equals).isPresent())
        .orElseThrow(() ->
            MlflowError.missing(
                "No such artifact: '%s', or not with the bytes that this address is for"
                    .formatted(transfer.place().path())));
  }

  private static Ticket ticket(Transfer transfer) {
    return new Ticket(transfer.id(), transfer.key().sign(transfer.id(), 0));
  }
}
