package dev.fovea.registry.artifacts;

import dev.fovea.kernel.Name;
import dev.fovea.kernel.Problem;
import dev.fovea.kernel.Text;
import dev.fovea.registry.artifacts.Transfer.Kind;
import dev.fovea.registry.artifacts.Transfer.State;
import dev.fovea.registry.protocol.ErrorCode;
import dev.fovea.registry.protocol.MlflowError;
import dev.fovea.store.ObjectStore;
import dev.fovea.store.PartKey;
import dev.fovea.store.Transfers.DirectAddresses;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Files that come in parts. Each part is sent to a signed address, Fovea's own or the S3's. Nothing
 * is visible before the upload is complete: then all parts are read once, which gives the file's
 * digest and size, stored as one object, and only then does the path get its row, in the same
 * transaction that ends the upload. So a process that dies at any moment leaves an upload that can
 * be completed, or one that was; parts that nobody completes are swept.
 */
@Component
public final class Uploads {
  private static final Logger LOG = LoggerFactory.getLogger(Uploads.class);

  private final Artifacts artifacts;
  private final TransferRows rows;
  private final Doors doors;
  private final TransactionTemplate transaction;
  private final ObjectStore objects;
  private final ArtifactLimits limits;

  /** What this process puts together just now. */
  private final Set<String> underWay = ConcurrentHashMap.newKeySet();

  Uploads(
      Artifacts artifacts,
      TransferRows rows,
      Doors doors,
      TransactionTemplate transaction,
      ObjectStore objects,
      ArtifactLimits limits) {
    this.artifacts = artifacts;
    this.rows = rows;
    this.doors = doors;
    this.transaction = transaction;
    this.objects = objects;
    this.limits = limits;
  }

  /**
   * An upload that was begun.
   *
   * @param parts by number, from 1 on
   */
  public record Begun(String id, List<PartAddress> parts) {}

  /**
   * Where a part is sent.
   *
   * @param direct the store's own address; empty where the part goes to Fovea
   * @param signature of Fovea's address
   */
  public record PartAddress(int number, Optional<URI> direct, String signature) {}

  /** Whether clients go straight to the object store. */
  public boolean areDirect() {
    return objects.transfers().direct().isPresent();
  }

  /**
   * Begins one.
   *
   * @param parts 1 to 10,000
   */
  public Begun begin(Name project, ArtifactPath place, long parts) {
    if (parts < 1 || parts > PartKey.MOST_PARTS) {
      throw MlflowError.invalid(
          "Invalid value %d for parameter 'num_parts' supplied. It must be 1 to %d."
              .formatted(parts, PartKey.MOST_PARTS));
    }
    artifacts.requireFree(project, place);
    var transfer =
        doors.open(
            Kind.PARTS, project, place, (int) parts, Optional.empty(), limits.uploadLifetime());
    var direct = objects.transfers().direct();
    var addresses = new ArrayList<PartAddress>();
    for (int number = 1; number <= parts; number++) {
      addresses.add(address(transfer, number, direct));
    }
    return new Begun(transfer.id(), addresses);
  }

  private PartAddress address(Transfer transfer, int number, Optional<DirectAddresses> direct) {
    var key = new PartKey(transfer.id(), number);
    return new PartAddress(
        number,
        direct.map(addresses -> addresses.part(key, limits.uploadLifetime())),
        transfer.key().sign(transfer.id(), number));
  }

  /**
   * Takes a part of whoever has its address.
   *
   * @return the part's tag
   * @throws MlflowError where the address is not one that was given, or not any more
   */
  public String put(String id, int number, String signature, InputStream bytes) throws IOException {
    var transfer = doors.pass(Kind.PARTS, id, number, signature);
    var most = limits.maxArtifact().toBytes();
    var counted = new Counted(bytes, most);
    var tag = objects.transfers().put(new PartKey(id, number), counted);
    // Twice the largest file, since a part may have to be sent again.
    if (!rows.count(id, counted.count(), 2 * most)) {
      rows.end(id);
      discard(transfer);
      throw new MlflowError(
          ErrorCode.PERMISSION_DENIED,
          "the upload ended meanwhile, or its parts have more than %d bytes, repeats included; begin another"
              .formatted(2 * most));
    }
    return tag;
  }

  /**
   * Makes one file of the parts. Completing an upload that is complete answers the same again.
   *
   * @param sent all of them, in order
   */
  public Artifact complete(Name project, ArtifactPath place, String id, List<SentPart> sent)
      throws IOException {
    mine(project, place, id);
    if (!underWay.add(id)) {
      throw new MlflowError(
          ErrorCode.TEMPORARILY_UNAVAILABLE,
          "upload '%s' is being put together; ask again in a few seconds".formatted(id));
    }
    try {
      return completed(mine(project, place, id), sent);
    } catch (Problem e) {
      // Another process may have completed it meanwhile, and deleted the parts.
      return done(id).orElseThrow(() -> e);
    } finally {
      underWay.remove(id);
    }
  }

  private Artifact completed(Transfer transfer, List<SentPart> sent) throws IOException {
    if (transfer.state() == State.DONE) {
      discard(transfer); // Whoever completed it may have died before.
      return transfer.result().orElseThrow();
    }
    if (doors.isOver(transfer)) {
      throw noSuchUpload(transfer.id());
    }
    var bytes = requireAll(transfer, sent);
    return keep(transfer, joined(transfer, sent, bytes));
  }

  private Optional<Artifact> done(String id) {
    return rows.find(id)
        .filter(transfer -> transfer.state() == State.DONE)
        .flatMap(Transfer::result);
  }

  /** Ends an upload; what was sent of it is deleted. One that was ended is ended again. */
  public void abort(Name project, ArtifactPath place, String id) {
    var transfer = mine(project, place, id);
    if (transfer.state() == State.DONE || (transfer.state() == State.OPEN && !rows.end(id))) {
      throw new MlflowError(
          ErrorCode.RESOURCE_CONFLICT,
          "upload '%s' is complete; delete the artifact instead".formatted(id));
    }
    discard(transfer);
  }

  private Transfer mine(Name project, ArtifactPath place, String id) {
    return rows.find(id)
        .filter(transfer -> transfer.kind() == Kind.PARTS)
        .filter(transfer -> transfer.project().equals(project) && transfer.place().equals(place))
        .orElseThrow(() -> noSuchUpload(id));
  }

  /** How many bytes they have together. */
  private long requireAll(Transfer transfer, List<SentPart> sent) throws IOException {
    for (int i = 0; i < sent.size(); i++) {
      if (sent.get(i).number() != i + 1) {
        throw MlflowError.invalid(
            "parts: number %d at place %d (expected: all of 1 to %d, in order)"
                .formatted(sent.get(i).number(), i + 1, transfer.parts()));
      }
    }
    if (sent.size() != transfer.parts()) {
      throw MlflowError.invalid(
          "parts: %d (expected: %d, as the upload was begun)"
              .formatted(sent.size(), transfer.parts()));
    }
    long bytes = 0;
    for (var part : sent) {
      bytes +=
          objects
              .transfers()
              .size(new PartKey(transfer.id(), (int) part.number()), part.tag())
              .orElseThrow(() ->
                  MlflowError.invalid(
                      "part %d: nothing with this ETag was sent (expected: the ETag that its last PUT was answered with)"
                          .formatted(part.number())));
      if (bytes > limits.maxArtifact().toBytes()) {
        throw MlflowError.invalid(
            "artifact: more than %d bytes (expected: at most that many)"
                .formatted(limits.maxArtifact().toBytes()));
      }
    }
    return bytes;
  }

  private Artifact joined(Transfer transfer, List<SentPart> sent, long bytes) throws IOException {
    try (var parts =
        new JoinedParts(
            sent,
            part ->
                objects
                    .transfers()
                    .open(new PartKey(transfer.id(), (int) part.number()), part.tag()))) {
      var counted = new Counted(parts, limits.maxArtifact().toBytes());
      var digest = objects.put(counted);
      if (counted.count() != bytes) {
        throw new MlflowError(
            ErrorCode.RESOURCE_CONFLICT,
            "the parts had %d bytes when they were read (expected: %d, as before); send them again"
                .formatted(counted.count(), bytes));
      }
      return new Artifact(transfer.place().path(), digest, counted.count());
    }
  }

  private Artifact keep(Transfer transfer, Artifact artifact) {
    transaction.executeWithoutResult(_ -> {
      if (!rows.done(transfer.id(), artifact) && done(transfer.id()).isEmpty()) {
        throw noSuchUpload(transfer.id());
      }
      artifacts.requireOwner(transfer.project(), transfer.place());
      artifacts.put(transfer.place().owner(), artifact);
    });
    discard(transfer);
    return artifact;
  }

  /** What can't be deleted now is swept later. */
  private void discard(Transfer transfer) {
    try {
      objects.transfers().delete(transfer.id(), transfer.parts());
    } catch (IOException | Problem e) {
      LOG.warn("parts of upload {} stay until they are swept: {}", transfer.id(), e.getMessage());
    }
  }

  private static MlflowError noSuchUpload(String id) {
    return MlflowError.missing(
        "No such upload: '%s'; it was never begun for this path, or is over"
            .formatted(Text.excerpt(id)));
  }
}
