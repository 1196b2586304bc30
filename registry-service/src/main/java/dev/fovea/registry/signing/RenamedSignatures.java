package dev.fovea.registry.signing;

import dev.fovea.kernel.Name;
import dev.fovea.registry.ModelNotTrusted;
import dev.fovea.registry.ModelStatement;
import dev.fovea.registry.SignedModels.Key;
import dev.fovea.registry.protocol.MlflowError;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Carries signatures over to the new name of a model. */
@Component
public final class RenamedSignatures {
  private final SignatureRows rows;
  private final ModelKeys keys;
  private final ModelSigner signer;
  private final ModelVerification verification;

  RenamedSignatures(
      SignatureRows rows, ModelKeys keys, ModelSigner signer, ModelVerification verification) {
    this.rows = rows;
    this.keys = keys;
    this.signer = signer;
    this.verification = verification;
  }

  /**
   * Renames a model, in the caller's transaction; what was signed under its old name is signed
   * under the new one.
   *
   * @param rename changes the rows
   * @throws ModelNotTrusted where a version is not what was signed: a new name must not make it
   *     look as if it were
   */
  public void follow(Name project, String model, String renamed, Runnable rename) {
    var before = new LinkedHashMap<Integer, ModelStatement>();
    for (var version : rows.signed(project, model)) {
      before.put(version.number(), requireSigned(version));
    }
    rename.run();
    for (Map.Entry<Integer, ModelStatement> each : before.entrySet()) {
      var version = rows.version(project, renamed, each.getKey());
      rows.remove(version);
      signer.signAgain(version, each.getValue());
    }
  }

  private ModelStatement requireSigned(VersionRecord version) {
    try {
      var known = keys.all().stream().map(Key::verifying).toList();
      var statement = SignedVersion.read(rows.envelope(version).orElseThrow(), known).statement();
      var differences = verification.differences(version, statement);
      if (differences.isEmpty()) {
        return statement;
      }
      throw new IllegalArgumentException(String.join("; ", differences));
    } catch (IllegalArgumentException | MlflowError e) {
      throw new ModelNotTrusted(
          version.project(), version.model(), version.number(), String.valueOf(e.getMessage()));
    }
  }
}
