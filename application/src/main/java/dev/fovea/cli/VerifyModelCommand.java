package dev.fovea.cli;

import dev.fovea.cli.terminal.Connection;
import dev.fovea.cli.terminal.ExitCode;
import dev.fovea.cli.terminal.TrustedFiles;
import dev.fovea.dsse.VerifyingKey;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Text;
import dev.fovea.registry.ModelSignature;
import dev.fovea.registry.ModelStatement;
import dev.fovea.registry.ModelStatement.Registered;
import dev.fovea.registry.SignedModels;
import dev.fovea.registry.SignedModels.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Checks a model version against what was signed when it was registered. */
@Command(
    name = "verify",
    description = {
      "Checks that a model version is what was signed when it was registered.",
      "",
      "Without --key the registry compares its record and every byte of the files with the statement"
          + " that it signed. With --key this command checks the statement by keys that you trust,"
          + " and with --data the files of a folder; with --signature no server is asked."
    },
    mixinStandardHelpOptions = true)
final class VerifyModelCommand implements Callable<Integer> {
  private static final int MAX_SIGNATURE_BYTES = 64 << 20;
  private static final int SHOWN = 20;

  @Mixin private Connection server = new Connection();

  @Parameters(index = "0", paramLabel = "MODEL")
  private String model = "";

  @Parameters(index = "1", paramLabel = "VERSION", description = "its number")
  private int number;

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = "public keys that you trust, as PEM: one of them must have signed")
  private Optional<Path> key = Optional.empty();

  @Option(
      names = "--signature",
      paramLabel = "FILE",
      description = "what 'fovea model signature' printed (default: the server's)")
  private Optional<Path> signature = Optional.empty();

  @Option(
      names = "--data",
      paramLabel = "FOLDER",
      description = "the version's files, as MLflow's client downloads them")
  private Optional<Path> data = Optional.empty();

  @Override
  public Integer call() throws IOException {
    if (key.isEmpty() && (signature.isPresent() || data.isPresent())) {
      throw server.usage("--signature and --data need a --key to check them with");
    }
    return told(
        key.isEmpty()
            ? server.api(SignedModels.class).verify(server.project(), model, number, true)
            : byKeys(TrustedFiles.keys(key.get(), "fovea model keys")));
  }

  private Verification byKeys(List<VerifyingKey> trusted) throws IOException {
    var bundle =
        signature.isPresent()
            ? read(signature.get())
            : server.api(SignedModels.class).signature(server.project(), model, number);
    var envelope = bundle.dsseEnvelope();
    for (var each : trusted) {
      var bytes = envelope.verified(ModelStatement.PAYLOAD_TYPE, each);
      if (bytes.isPresent()) {
        return compared(statement(bytes.get()), each.id());
      }
    }
    throw new InvalidRequest(
        "none of %d keys signed this statement of type '%s'; it says that %s did"
            .formatted(
                trusted.size(),
                Text.excerpt(envelope.payloadType()),
                envelope.keyId().isEmpty() ? "nobody" : Text.excerpt(envelope.keyId())),
        "do not use this version; or have the key that was in use then from whom you trust");
  }

  private Verification compared(ModelStatement statement, Digest signer) throws IOException {
    var said = statement.predicate().fovea();
    var project = signature.isPresent() ? server.named() : Optional.of(server.project());
    if (!said.model().equals(model)
        || said.number() != number
        || project.filter(name -> !name.equals(said.project())).isPresent()) {
      throw new InvalidRequest(
          "what is signed is %s %d of project %s, and not %s %d%s"
              .formatted(
                  Text.excerpt(said.model()),
                  said.number(),
                  said.project(),
                  Text.excerpt(model),
                  number,
                  project.map(name -> " of project " + name).orElse("")),
          "give the signature of the version that you mean");
    }
    var faults = new ArrayList<String>();
    long bytes = data.isPresent() ? compare(data.get(), statement, faults) : 0;
    return new Verification(
        said.project(),
        model,
        number,
        faults,
        Optional.of(signer),
        Optional.of(said),
        statement.predicate().resources().size(),
        bytes);
  }

  /** Reads every signed file of a folder; answers how many bytes were what was signed. */
  private static long compare(Path folder, ModelStatement statement, List<String> faults)
      throws IOException {
    var expected = new TreeSet<String>();
    long bytes = 0;
    for (var file : statement.predicate().resources()) {
      expected.add(file.name());
      var path = folder.resolve(file.name()).normalize();
      if (!path.startsWith(folder.normalize()) || !Files.isRegularFile(path)) {
        faults.add("signed and not there: " + Text.excerpt(file.name()));
      } else if (!Digest.sha256(path).equals(file.sha256())) {
        faults.add("another than was signed: " + Text.excerpt(file.name()));
      } else {
        bytes += Files.size(path);
      }
    }
    expected.addAll(statement.predicate().serialization().ignorePaths());
    try (var there = Files.walk(folder)) {
      there
          .filter(path -> !Files.isDirectory(path))
          .map(path -> folder.relativize(path).toString().replace('\\', '/'))
          .filter(name -> !expected.contains(name))
          .sorted()
          .limit(SHOWN)
          .forEach(name -> faults.add("there and not signed: " + Text.excerpt(name)));
    }
    return bytes;
  }

  private int told(Verification found) {
    server.print(found, () -> server.out().println(text(found)));
    return found.holds() ? ExitCode.OK : ExitCode.FAILED;
  }

  private static String text(Verification found) {
    var what =
        "%s %d of project %s"
            .formatted(Text.excerpt(found.model()), found.number(), found.project());
    if (!found.holds()) {
      return what + " is not what was signed:\n  " + String.join("\n  ", found.faults());
    }
    return "%s is what %s signed%s:%n  %d files%s%s"
        .formatted(
            what,
            found.key().map(Digest::toString).orElse("nobody"),
            found
                .registered()
                .filter(Registered::signedLater)
                .map(said -> ", later than it was made, at " + said.signedAt())
                .orElse(""),
            found.files(),
            found.bytesRead() > 0 ? ", %d bytes read".formatted(found.bytesRead()) : "",
            found
                .registered()
                .map(said ->
                    ", registered by %s at %s"
                        .formatted(Text.excerpt(said.registeredBy()), said.registeredAt()))
                .orElse(""));
  }

  private static ModelSignature read(Path file) throws IOException {
    try {
      return ModelSignature.parse(TrustedFiles.bytes(file, MAX_SIGNATURE_BYTES));
    } catch (IllegalArgumentException e) {
      throw new InvalidRequest(
          "%s: %s".formatted(file, e.getMessage()),
          "give what 'fovea model signature MODEL VERSION' printed");
    }
  }

  private static ModelStatement statement(byte[] bytes) {
    try {
      return ModelStatement.parse(bytes);
    } catch (IllegalArgumentException e) {
      throw new InvalidRequest(
          String.valueOf(e.getMessage()), "give the signature of a model version");
    }
  }
}
