package dev.fovea.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fovea.dsse.Envelope;
import dev.fovea.dsse.SigningKey;
import dev.fovea.dsse.VerifyingKey;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.registry.SignedModels.Verification;
import dev.fovea.store.memory.MemoryObjectStore;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

class SignedModelsTest extends RegistryTest {
  private static final String MODEL = "digit-reader";

  private final Name project = project();

  @Autowired private SignedModels signed;
  @Autowired private AuditLog audit;
  @Autowired private MemoryObjectStore objects;

  private Mlflow mlflow;

  @Test
  void signsEveryFileOfAVersionWhenItIsRegistered() throws Exception {
    var run = register("weights of " + project);
    var bundle = ModelSignature.parse(signed.signature(project, MODEL, 1).json());
    var key = signed.keys(project).getFirst().verifying();
    var bytes = bundle.dsseEnvelope().verified("application/vnd.in-toto+json", key).orElseThrow();
    var statement = ModelStatement.parse(bytes);
    assertThat(statement.predicate().resources())
        .containsExactly(
            ModelStatement.Resource.of("MLmodel", digest("MLmodel of " + project)),
            ModelStatement.Resource.of("model.pt2", digest("weights of " + project)));
    var said = statement.predicate().fovea();
    assertThat(said.file()).contains(digest("weights of " + project));
    assertThat(said.run()).contains(run);
    assertThat(said.registeredBy()).isEqualTo("ada");
    assertThat(said.signedLater()).isFalse();
    // The root of OpenSSF Model Signing: over the bytes of the digests, in the order of the list.
    var root = MessageDigest.getInstance("SHA-256");
    root.update(HexFormat.of().parseHex(digest("MLmodel of " + project).hex()));
    root.update(HexFormat.of().parseHex(digest("weights of " + project).hex()));
    assertThat(statement.subject())
        .containsExactly(
            new ModelStatement.Subject(
                MODEL, Map.of("sha256", HexFormat.of().formatHex(root.digest()))));
    var found = verify();
    assertThat(found.faults()).isEmpty();
    assertThat(found.files()).isEqualTo(2);
    assertThat(found.bytesRead())
        .isEqualTo(("weights of " + project + "MLmodel of " + project).length());
    assertThat(found.key()).contains(key.id());
    found.require();
  }

  @Test
  void whatIsNotThereIsSaidToBeNot() {
    assertThatThrownBy(() -> signed.verify(project, MODEL, 1, true))
        .isInstanceOf(NoSuchThing.class);
    assertThatThrownBy(() -> signed.signature(project, MODEL, 1)).isInstanceOf(NoSuchThing.class);
  }

  @Test
  void anAlteredFileIsNamed() {
    register("weights of " + project);
    objects.damage(digest("weights of " + project), "others".getBytes(StandardCharsets.UTF_8));
    assertThat(signed.verify(project, MODEL, 1, false).faults()).isEmpty();
    assertThat(verify().faults())
        .singleElement()
        .asString()
        .startsWith("file model.pt2: object " + digest("weights of " + project));
    objects.lose(digest("weights of " + project));
    assertThat(verify().faults())
        .singleElement()
        .asString()
        .startsWith("file model.pt2: there is no object");
    assertThatThrownBy(() -> verify().require())
        .isInstanceOf(ModelNotTrusted.class)
        .hasMessageContaining("digit-reader 1 of project " + project + " is not what was signed")
        .hasMessageContaining("model.pt2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "digest = 'sha256:" + ZEROS + "' | model file: sha256:",
        "format = 'ONNX' | format: PT2 was signed, ONNX is recorded",
        "parity = 'sha256:" + ZEROS + "' | parity recording: none was signed, sha256:0",
        "dataset = 'sha256:" + ZEROS + "' | dataset: none was signed, sha256:0",
        "run = null | run: ",
        "user_id = 'mallory' | registered by: ada was signed, mallory is recorded",
        "created_ms = created_ms - 1 | registered at: ",
        "location = 'file:///etc/passwd' | signed and not there any more: MLmodel, model.pt2",
        "location = 'mlflow-artifacts:/../x' | signed and not there any more: MLmodel, model.pt2",
        "digest = 'nonsense' | its record can't be read",
        "format = 'PICKLE' | its record can't be read"
      })
  void anAlteredRowIsNamed(String change, String fault) {
    register("weights of " + project);
    sql("update registry.model_version set " + change + " where project = ?");
    assertThat(verify().faults()).singleElement().asString().startsWith(fault.strip());
  }

  @Test
  void filesThatAreSwappedAddedOrTakenAwayAreNamed() {
    var run = register("weights of " + project);
    sql(
        "update registry.artifact set digest = 'sha256:%s' where owner = '%s' and path = 'model/MLmodel' and ?::text is not null"
            .formatted(ZEROS, run));
    assertThat(verify().faults()).containsExactly("another than was signed: MLmodel");
    sql(
        "delete from registry.artifact where owner = '%s' and path = 'model/MLmodel' and ?::text is not null"
            .formatted(run));
    assertThat(verify().faults()).containsExactly("signed and not there any more: MLmodel");
    // By MLflow's own call: only files that were there are frozen.
    mlflow.put("0", run, "model/code/added.py", "import os");
    assertThat(verify().faults())
        .containsExactly(
            "signed and not there any more: MLmodel", "there and not signed: code/added.py");
  }

  @Test
  void aFolderThatGrewBeyondAllBoundsIsRefused() {
    var run = register("weights of " + project);
    sql(
        """
        insert into registry.artifact (owner, path, digest, bytes)
        select '%s', 'model/more/' || n, 'sha256:%s', 1 from generate_series(1, 10001) n where ?::text is not null
        """
            .formatted(run, ZEROS));
    assertThat(verify().faults()).singleElement().asString().contains("has more than 10000 files");
    assertThat(
            mlflow
                .post(
                    "model-versions/create",
                    Map.of("name", MODEL, "source", "runs:/%s/model".formatted(run)))
                .message())
        .contains("has more than 10000 files");
  }

  @Test
  void anEnvelopeOfAnotherVersionIsRefused() {
    register("weights of " + project);
    register("other weights of " + project);
    sql(
        """
        update registry.model_signature s set envelope = (select envelope from registry.model_signature o
          where o.project = s.project and o.number = 2) where number = 1 and project = ?
        """);
    assertThat(verify().faults()).contains("number: 2 was signed, 1 is recorded");
  }

  @Test
  void anEnvelopeOfAnotherProjectIsRefused() {
    register("weights");
    var mine = envelope();
    var other = new SignedModelsTest();
    other.database = database;
    other.access = access;
    other.port = port;
    other.register("weights");
    put(_ -> other.envelope());
    assertThat(verify().faults())
        .contains("project: %s was signed, %s is recorded".formatted(other.project, project));
    put(_ -> mine);
    assertThat(verify().faults()).isEmpty();
  }

  @Test
  void whatAnUnknownKeySignedIsRefused() {
    register("weights of " + project);
    var stranger = SigningKey.generate();
    var known = signed.keys(project).getFirst().verifying();
    var payload = payload(known);
    put(stranger.sign(ModelStatement.PAYLOAD_TYPE, payload));
    assertThat(verify().faults())
        .singleElement()
        .asString()
        .contains("keys of this registry signed it, and it names " + stranger.verifying().id());
    // Whose key it is is proved by the signature alone.
    var theirs = stranger.sign(ModelStatement.PAYLOAD_TYPE, payload);
    put(
        Envelope.of(
            ModelStatement.PAYLOAD_TYPE,
            payload,
            known.id().toString(),
            theirs.signatures().getFirst().sig()));
    assertThat(verify().faults()).singleElement().asString().contains("it names " + known.id());
    assertThatThrownBy(() -> signed.signature(project, MODEL, 1))
        .isInstanceOf(ModelNotTrusted.class);
  }

  @Test
  void whatWasSignedAsSomethingElseIsRefused() {
    register("weights of " + project);
    put(json -> json.replace("application/vnd.in-toto+json", "text/plain"));
    assertThat(verify().faults())
        .containsExactly("envelope: of type 'text/plain' (expected: application/vnd.in-toto+json)");
  }

  @Test
  void fieldsThatComeTwiceAreRefused() {
    register("weights of " + project);
    put(json -> json.replaceFirst("\\{", "{\"payloadType\":\"text/plain\","));
    assertThat(verify().faults())
        .singleElement()
        .asString()
        .startsWith("envelope: ")
        .containsIgnoringCase("duplicate");
    put(_ -> "[".repeat(5_000));
    assertThat(verify().faults()).singleElement().asString().startsWith("envelope: ");
    put(_ -> "null");
    assertThat(verify().faults()).singleElement().asString().startsWith("envelope: ");
  }

  @Test
  void aLostSignatureIsNotMadeAgain() {
    register("weights of " + project);
    sql("delete from registry.model_signature where project = ?");
    assertThat(verify().faults())
        .containsExactly("envelope: missing, though it was made after this registry began to sign");
  }

  @Test
  void versionsOfBeforeAreSignedLaterAndSaySo() {
    register("weights of " + project);
    sql("delete from registry.model_signature where project = ?");
    sql(
        "update registry.model_version set created_ms = (select at_ms - 1 from registry.signing_start) where project = ?");
    var found = verify();
    assertThat(found.faults()).isEmpty();
    assertThat(found.registered().orElseThrow().signedLater()).isTrue();
    assertThat(found.registered().orElseThrow().signedAt())
        .isAfter(found.registered().orElseThrow().registeredAt());
    await()
        .untilAsserted(() ->
            assertThat(audit.newest(project, 10))
                .anySatisfy(act -> {
                  assertThat(act.act()).isEqualTo("signed model version later than it was made");
                  assertThat(act.object()).isEqualTo("digit-reader 1");
                }));
  }

  @Test
  void aNewNameOfTheModelIsSignedUnlessSomethingWasAltered() {
    register("weights of " + project);
    var before = verify().registered().orElseThrow();
    mlflow.ok(mlflow.post("registered-models/rename", Map.of("name", MODEL, "new_name", "reader")));
    var after = signed.verify(project, "reader", 1, true);
    assertThat(after.faults()).isEmpty();
    assertThat(after.registered()).contains(before.named("reader"));
    sql("update registry.model_version set user_id = 'mallory' where project = ?");
    var refused =
        mlflow.post("registered-models/rename", Map.of("name", "reader", "new_name", MODEL));
    assertThat(refused.status()).isBetween(400, 499);
    assertThat(new String(refused.body(), StandardCharsets.UTF_8))
        .contains("registered by: ada was signed, mallory is recorded");
    assertThat(signed.verify(project, "reader", 1, true).faults()).hasSize(1);
  }

  @Test
  void everyKeyThatSignedStaysKnown() {
    register("weights of " + project);
    var old = SigningKey.generate();
    var now = signed.keys(project).getFirst();
    JdbcClient.create(database)
        .sql("insert into registry.signing_key (id, spki, until) values (?, ?, now())")
        .params(old.verifying().id().toString(), old.verifying().encoded())
        .update();
    put(old.sign(ModelStatement.PAYLOAD_TYPE, payload(now.verifying())));
    assertThat(verify().faults()).isEmpty();
    assertThat(verify().key()).contains(old.verifying().id());
    assertThat(signed.keys(project)).extracting(SignedModels.Key::id).startsWith(now.id());
    assertThat(signed.keys(project).getFirst().until()).isEmpty();
  }

  private static final String ZEROS =
      "0000000000000000000000000000000000000000000000000000000000000000";

  private String register(String weights) {
    mlflow = mlflow(project);
    var run = mlflow.run("0", "train");
    mlflow.put("0", run, "model/model.pt2", weights);
    mlflow.put("0", run, "model/MLmodel", "MLmodel of " + project);
    mlflow.post("registered-models/create", Map.of("name", MODEL));
    mlflow.ok(
        mlflow.post(
            "model-versions/create",
            Map.of("name", MODEL, "source", "runs:/%s/model".formatted(run), "run_id", run)));
    return run;
  }

  private Verification verify() {
    return signed.verify(project, MODEL, 1, true);
  }

  private byte[] payload(VerifyingKey key) {
    return signed
        .signature(project, MODEL, 1)
        .dsseEnvelope()
        .verified(ModelStatement.PAYLOAD_TYPE, key)
        .orElseThrow();
  }

  private String envelope() {
    return JdbcClient.create(database)
        .sql("select envelope from registry.model_signature where project = ? and number = 1")
        .param(project.text())
        .query(String.class)
        .single();
  }

  private void put(Envelope envelope) {
    put(_ -> new String(envelope.json(), StandardCharsets.UTF_8));
  }

  private void put(UnaryOperator<String> change) {
    JdbcClient.create(database)
        .sql("update registry.model_signature set envelope = ? where project = ? and number = 1")
        .params(change.apply(envelope()), project.text())
        .update();
  }

  private void sql(String statement) {
    JdbcClient.create(database).sql(statement).param(project.text()).update();
  }

  private static Digest digest(String content) {
    return Digest.sha256(content.getBytes(StandardCharsets.UTF_8));
  }
}
