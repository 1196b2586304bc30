package dev.fovea.cli.dataset;

import dev.fovea.cli.dataset.WorkingCopyCommands.Chosen;
import dev.fovea.cli.terminal.Connection;
import dev.fovea.cli.terminal.ExitCode;
import dev.fovea.cli.terminal.Table;
import dev.fovea.cli.terminal.TrustedFiles;
import dev.fovea.datasets.SignedVersions;
import dev.fovea.dvc.transfer.SignedContents;
import dev.fovea.dvc.transfer.SignedContents.Source;
import dev.fovea.dvc.transfer.Verifying;
import dev.fovea.dvc.transfer.Verifying.Hole;
import dev.fovea.dvc.transfer.Verifying.Verified;
import dev.fovea.dvc.work.Tracked;
import dev.fovea.dvc.work.WorkingCopy;
import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Checks what is shared, or a version that was signed. */
@Command(
    name = "verify",
    customSynopsis = {
      "fovea dataset verify [PATH...] [-r NAME] [--bytes] [--json]",
      "fovea dataset verify DATASET@VERSION --key FILE [--bytes [--data FOLDER]]",
      "                     [--statement FILE --manifest FILE] [--json]"
    },
    description = {
      "Checks that everything is there, or that a version is what was signed.",
      "",
      "Of PATHs (default: all that are tracked) it asks the remote for every object, and fails where"
          + " one is missing or damaged.",
      "",
      "Of DATASET@VERSION it checks that the key signed its statement, and that its manifest is the"
          + " one that was signed. With --statement and --manifest no server is asked.",
      "",
      "--bytes reads every file as well."
    },
    mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {
  @Mixin private Connection server = new Connection();

  @Parameters(
      paramLabel = "PATH",
      arity = "0..*",
      description = "folders and files; or, with --key, one DATASET@VERSION")
  private List<String> things = List.of();

  @Option(
      names = {"-r", "--remote"},
      paramLabel = "NAME",
      description = "a remote of .dvc/config (default: its default)")
  private Optional<String> remote = Optional.empty();

  @Option(names = "--bytes", description = "read each, and check it")
  private boolean bytes;

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = "public keys that you trust, as PEM: one of them must have signed")
  private Optional<Path> key = Optional.empty();

  @Option(
      names = "--statement",
      paramLabel = "FILE",
      description = "what 'fovea dataset statement' printed (default: the server's)")
  private Optional<Path> statement = Optional.empty();

  @Option(
      names = "--manifest",
      paramLabel = "FILE",
      description = "the version's manifest (default: the server's)")
  private Optional<Path> manifest = Optional.empty();

  @Option(
      names = "--data",
      paramLabel = "FOLDER",
      description = "read the images of this folder (default: those of the remote)")
  private Optional<Path> data = Optional.empty();

  /**
   * What came of a version.
   *
   * @param key who signed it
   * @param contents absent where no file was read
   */
  record Checked(
      Name project,
      Name dataset,
      int number,
      Digest manifest,
      Digest key,
      Optional<Verified> contents) {}

  @Override
  public Integer call() throws IOException {
    if (key.isPresent()) {
      if (things.size() != 1) {
        throw server.usage("--key checks one DATASET@VERSION (given: %d)".formatted(things.size()));
      }
      return signed(VersionName.parse(things.getFirst()), key.get());
    }
    if (statement.isPresent() || manifest.isPresent() || data.isPresent()) {
      throw server.usage("--statement, --manifest and --data need a --key to check them with");
    }
    return shared();
  }

  private int shared() throws IOException {
    var copy = WorkingCopy.around(Path.of(""));
    var holes = new ArrayList<Hole>();
    long objects = 0;
    var own = Chosen.own(copy, things.stream().map(Path::of).toList());
    var pushed = own.stream().filter(Tracked::isPushed).toList();
    for (var share : Chosen.shares(pushed, remote).entrySet()) {
      try (var there = Chosen.remote(copy, share.getKey())) {
        var verifying = new Verifying(copy, there, server.progress());
        for (var tracked : share.getValue()) {
          var found = verifying.verify(tracked, bytes);
          objects += found.objects();
          holes.addAll(found.holes());
        }
      }
    }
    var all = new Verified(objects, holes);
    server.print(all, () -> server.out().println(text(all, bytes)));
    return holes.isEmpty() ? ExitCode.OK : ExitCode.FAILED;
  }

  private static String text(Verified found, boolean bytes) {
    if (found.holes().isEmpty()) {
      return "%d objects are there%s"
          .formatted(found.objects(), bytes ? ", and are what they should be" : "");
    }
    var table = new Table("FILE", "OBJECT", "FAULT");
    found
        .holes()
        .forEach(each ->
            table.row(each.path(), each.name(), each.fault().name().toLowerCase(Locale.ROOT)));
    return table
        + "%d of %d objects are missing or damaged"
            .formatted(found.holes().size(), found.objects());
  }

  private int signed(VersionName wanted, Path keys) throws IOException {
    var trusted = TrustedFiles.keys(keys, "fovea dataset keys");
    if (statement.isPresent() && manifest.isPresent()) {
      var envelope = SignedVersion.envelope(statement.get());
      return told(SignedVersion.of(envelope, trusted, wanted, server.named()), manifest.get());
    }
    var version = wanted.find(server);
    var envelope =
        statement.isPresent()
            ? SignedVersion.envelope(statement.get())
            : server
                .api(SignedVersions.class)
                .statement(version.project(), version.dataset(), version.digest());
    var found = SignedVersion.of(envelope, trusted, wanted, Optional.of(version.project()));
    if (manifest.isPresent()) {
      return told(found, manifest.get());
    }
    var folder = Files.createTempDirectory("fovea-verify");
    var file = folder.resolve("manifest.json");
    try {
      ManifestDownload.of(server.client(), version, file);
      return told(found, file);
    } finally {
      Files.deleteIfExists(file);
      Files.delete(folder);
    }
  }

  private int told(SignedVersion signed, Path file) throws IOException {
    signed.requireManifest(file);
    var contents = bytes ? Optional.of(read(signed, file)) : Optional.<Verified>empty();
    var said = signed.statement().predicate();
    server.print(
        new Checked(
            said.project(),
            said.dataset(),
            said.number(),
            signed.statement().manifest(),
            signed.key(),
            contents),
        () -> {
          server
              .out()
              .printf(
                  "%s@%d of project %s is what %s signed:%n  manifest %s, %d images, %s%n"
                      + "  commit %s on %s by %s, %s%n",
                  said.dataset(),
                  said.number(),
                  said.project(),
                  signed.key(),
                  signed.statement().manifest(),
                  said.samples(),
                  new ByteSize(said.bytes()),
                  said.commit(),
                  said.branch(),
                  said.author(),
                  said.at());
          contents.ifPresent(found -> server.out().println(text(found, true)));
        });
    return contents.map(Verified::holes).orElse(List.of()).isEmpty()
        ? ExitCode.OK
        : ExitCode.FAILED;
  }

  private Verified read(SignedVersion signed, Path file) throws IOException {
    var contents = signed.contents(file);
    var what = signed.statement().predicate().dataset().text();
    if (data.isPresent()) {
      return new SignedContents(inFolder(data.get()), server.progress()).verify(contents, what);
    }
    var copy = WorkingCopy.around(Path.of(""));
    try (var there = Chosen.remote(copy, remote)) {
      return new SignedContents(content -> there.open(content.md5()), server.progress())
          .verify(contents, what);
    }
  }

  private static Source inFolder(Path folder) {
    return content -> {
      var file = folder.resolve(content.path());
      return Files.isRegularFile(file) ? Optional.of(Files.newInputStream(file)) : Optional.empty();
    };
  }
}
