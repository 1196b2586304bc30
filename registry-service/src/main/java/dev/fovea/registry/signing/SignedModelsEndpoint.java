package dev.fovea.registry.signing;

import dev.fovea.dsse.Envelope;
import dev.fovea.kernel.Name;
import dev.fovea.registry.ModelNotTrusted;
import dev.fovea.registry.ModelSignature;
import dev.fovea.registry.SignedModels;
import dev.fovea.registry.protocol.MlflowError;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.springframework.web.bind.annotation.RestController;

@RestController
class SignedModelsEndpoint implements SignedModels {
  private final SignatureRows rows;
  private final LateSignatures late;
  private final ModelKeys keys;
  private final ModelVerification verification;

  SignedModelsEndpoint(
      SignatureRows rows, LateSignatures late, ModelKeys keys, ModelVerification verification) {
    this.rows = rows;
    this.late = late;
    this.keys = keys;
    this.verification = verification;
  }

  @Override
  public ModelSignature signature(Name project, String model, int number) {
    try {
      var envelope = late.envelope(rows.version(project, model, number));
      var key =
          SignedVersion.read(envelope, keys.all().stream().map(Key::verifying).toList()).key();
      return ModelSignature.of(Envelope.parse(envelope.getBytes(StandardCharsets.UTF_8)), key);
    } catch (IllegalArgumentException | MlflowError e) {
      throw new ModelNotTrusted(project, model, number, String.valueOf(e.getMessage()));
    }
  }

  @Override
  public Verification verify(Name project, String model, int number, boolean bytes) {
    return verification.verify(project, model, number, bytes);
  }

  @Override
  public List<Key> keys(Name project) {
    return keys.all();
  }
}
