package dev.fovea.registry.signing;

import dev.fovea.dsse.VerifyingKey;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.Problem;
import dev.fovea.kernel.Text;
import dev.fovea.registry.ModelStatement;
import dev.fovea.registry.ModelStatement.Resource;
import dev.fovea.registry.SignedModels.Key;
import dev.fovea.registry.SignedModels.Verification;
import dev.fovea.registry.protocol.MlflowError;
import dev.fovea.store.NoSuchObject;
import dev.fovea.store.ObjectDamaged;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Compares versions with what was signed of them. */
@Component
class ModelVerification {
  private final SignatureRows rows;
  private final ModelKeys keys;
  private final ModelSigner signer;
  private final LateSignatures late;
  private final ObjectStore objects;

  ModelVerification(
      SignatureRows rows,
      ModelKeys keys,
      ModelSigner signer,
      LateSignatures late,
      ObjectStore objects) {
    this.rows = rows;
    this.keys = keys;
    this.signer = signer;
    this.late = late;
    this.objects = objects;
  }

  Verification verify(Name project, String model, int number, boolean bytes) {
    VersionRecord version;
    try {
      version = rows.version(project, model, number);
    } catch (IllegalArgumentException e) {
      var why = Text.excerpt(String.valueOf(e.getMessage()));
      return faulty(project, model, number, "its record can't be read: " + why);
    }
    try {
      var signed = SignedVersion.read(late.envelope(version), known());
      return compare(version, signed, bytes);
    } catch (IllegalArgumentException | MlflowError e) {
      return faulty(project, model, number, String.valueOf(e.getMessage()));
    }
  }

  private static Verification faulty(Name project, String model, int number, String fault) {
    return new Verification(
        project, model, number, List.of(fault), Optional.empty(), Optional.empty(), 0, 0);
  }

  private List<VerifyingKey> known() {
    return keys.all().stream().map(Key::verifying).toList();
  }

  private Verification compare(VersionRecord version, SignedVersion signed, boolean bytes) {
    var said = signed.statement().predicate();
    var faults = new ArrayList<>(differences(version, signed.statement()));
    long read = 0;
    if (bytes && faults.isEmpty()) {
      for (var file : said.resources()) {
        var found = read(file);
        found.fault().ifPresent(faults::add);
        read += found.bytes();
      }
    }
    return new Verification(
        version.project(),
        version.model(),
        version.number(),
        faults,
        Optional.of(signed.key().id()),
        Optional.of(said.fovea()),
        said.resources().size(),
        read);
  }

  /** What the tables say otherwise than a statement does. */
  List<String> differences(VersionRecord version, ModelStatement statement) {
    var said = statement.predicate();
    var found = version.registered(said.fovea().signedAt(), said.fovea().signedLater());
    return Differences.of(said.fovea(), said.resources(), found, signer.files(version));
  }

  /** What came of reading a file. */
  private record Read(long bytes, Optional<String> fault) {}

  // The store compares each object with its digest as it is read.
  private Read read(Resource file) {
    try (var in = objects.open(file.sha256())) {
      return new Read(in.transferTo(OutputStream.nullOutputStream()), Optional.empty());
    } catch (NoSuchObject | ObjectDamaged e) {
      return fault(file, e);
    } catch (IOException e) {
      if (e.getCause() instanceof ObjectDamaged damaged) {
        return fault(file, damaged);
      }
      throw new UncheckedIOException(e);
    }
  }

  private static Read fault(Resource file, Problem problem) {
    return new Read(
        0, Optional.of("file %s: %s".formatted(Text.excerpt(file.name()), problem.explanation())));
  }
}
