package dev.fovea.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.cli.terminal.ExitCode;
import dev.fovea.dsse.SigningKey;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.registry.ModelSignature;
import dev.fovea.registry.ModelStatement;
import dev.fovea.registry.ModelStatement.Resource;
import dev.fovea.registry.ModelVersion.Format;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model that is checked without a server, and everything that may differ. */
class VerifyModelCommandTests {
  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final SigningKey registry = SigningKey.generate();

  @BeforeEach
  void signed() throws IOException {
    Files.createDirectories(folder.resolve("data/code"));
    Files.writeString(folder.resolve("data/code/load.py"), "import torch");
    Files.writeString(folder.resolve("data/model.pt2"), "weights");
    Files.writeString(folder.resolve("key.pem"), registry.verifying().pem());
    sign(registry, statement(false, "code/load.py", "import torch", "model.pt2", "weights"));
  }

  private static ModelStatement statement(boolean later, String... files) {
    var resources = new ArrayList<Resource>();
    for (int i = 0; i < files.length; i += 2) {
      resources.add(Resource.of(files[i], Digest.sha256(files[i + 1].getBytes(UTF_8))));
    }
    return ModelStatement.of(
        new ModelStatement.Registered(
            Name.of("parcels"),
            "digit-reader",
            3,
            Optional.of(Digest.sha256("weights".getBytes(UTF_8))),
            Optional.of(Format.PT2),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            "ada",
            Instant.parse("2026-11-22T10:00:00Z"),
            Instant.parse("2026-11-23T10:00:00Z"),
            later),
        resources);
  }

  private void sign(SigningKey key, ModelStatement statement) throws IOException {
    var envelope = key.sign(ModelStatement.PAYLOAD_TYPE, statement.bytes());
    Files.write(folder.resolve("model.sig"), ModelSignature.of(envelope, key.verifying()).json());
  }

  private int verify(String model, String number, String... more) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    var arguments =
        new ArrayList<>(
            List.of(
                "model",
                "verify",
                model,
                number,
                "--key",
                folder.resolve("key.pem").toString(),
                "--signature",
                folder.resolve("model.sig").toString(),
                // Nobody is asked.
                "--server",
                "http://127.0.0.1:1"));
    arguments.addAll(Arrays.asList(more));
    return CommandRun.of(out, err, arguments.toArray(String[]::new));
  }

  private int verifyData() {
    return verify("digit-reader", "3", "--data", folder.resolve("data").toString());
  }

  @Test
  void whatWasSignedIsSaidToBe() throws IOException {
    assertThat(verify("digit-reader", "3")).isEqualTo(ExitCode.OK);
    assertThat(out.toString())
        .contains("digit-reader 3 of project parcels is what " + registry.verifying().id())
        .contains("2 files, registered by ada at 2026-11-22T10:00:00Z")
        .doesNotContain("later than it was made");
    assertThat(verifyData()).isEqualTo(ExitCode.OK);
    assertThat(out.toString()).contains("2 files, 19 bytes read");
    sign(registry, statement(true, "code/load.py", "import torch", "model.pt2", "weights"));
    assertThat(verify("digit-reader", "3")).isEqualTo(ExitCode.OK);
    assertThat(out.toString()).contains("signed, later than it was made, at 2026-11-23T10:00:00Z");
  }

  @Test
  void everyFileThatDiffersIsNamed() throws IOException {
    Files.writeString(folder.resolve("data/model.pt2"), "others");
    Files.move(folder.resolve("data/code/load.py"), folder.resolve("data/code/run.py"));
    // What MLflow's client adds to a download, and the signature itself, are no part of the model.
    Files.writeString(folder.resolve("data/registered_model_meta"), "model_name: digit-reader");
    Files.writeString(folder.resolve("data/model.sig"), "{}");
    assertThat(verifyData()).isEqualTo(ExitCode.FAILED);
    assertThat(out.toString())
        .contains("digit-reader 3 of project parcels is not what was signed:")
        .contains("signed and not there: code/load.py")
        .contains("another than was signed: model.pt2")
        .contains("there and not signed: code/run.py")
        .doesNotContain("registered_model_meta", "model.sig");
  }

  @Test
  void aSignedPathLeadsNowhereElse() throws IOException {
    Files.writeString(folder.resolve("secret"), "weights");
    sign(registry, statement(false, "../secret", "weights"));
    assertThat(verifyData()).isEqualTo(ExitCode.FAILED);
    assertThat(out.toString()).contains("signed and not there: ../secret");
  }

  @Test
  void strangersAndOtherVersionsAreRefused() throws IOException {
    assertThat(verify("digit-reader", "4")).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString())
        .contains("what is signed is digit-reader 3 of project parcels, and not digit-reader 4");
    assertThat(verify("digit-reader", "3", "--project", "fields")).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("and not digit-reader 3 of project fields");
    sign(SigningKey.generate(), statement(false, "model.pt2", "weights"));
    assertThat(verify("digit-reader", "3")).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("none of 1 keys signed this statement");
  }

  @Test
  void formsThatMeanTwoThingsAreRefused() throws IOException {
    var file = folder.resolve("model.sig");
    var good = Files.readString(file);
    for (var bad :
        List.of(
            "",
            "null",
            "[".repeat(10_000),
            good.replaceFirst("\\{", "{\"mediaType\":\"x\","),
            good.replace("\"payloadType\"", "\"payloadType\":\"text/plain\",\"payloadType\""),
            good.replace("bundle.v0.3", "bundle.v0.2"))) {
      Files.writeString(file, bad);
      assertThat(verify("digit-reader", "3")).isEqualTo(ExitCode.FAILED);
      assertThat(err.toString()).contains("model.sig: signature: ");
    }
    Files.writeString(file, good.replace("vnd.in-toto", "vnd.other"));
    assertThat(verify("digit-reader", "3")).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("of type 'application/vnd.other+json'");
  }

  @Test
  void dataWithoutAKeyIsAMistake() {
    assertThat(CommandRun.of(out, err, "model", "verify", "digit-reader", "3", "--data", "x"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("need a --key");
  }
}
