package dev.fovea.cli.dataset;

import dev.fovea.cli.terminal.TrustedFiles;
import dev.fovea.datasets.Manifest;
import dev.fovea.datasets.VersionStatement;
import dev.fovea.dsse.Envelope;
import dev.fovea.dsse.VerifyingKey;
import dev.fovea.dvc.RelativePath;
import dev.fovea.dvc.transfer.SignedContents.Content;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/**
 * A dataset version that one of some keys signed; nothing of it comes from anywhere else.
 *
 * @param key the one that signed
 */
record SignedVersion(VersionStatement statement, Digest key) {
  private static final int MAX_ENVELOPE_BYTES = 1 << 20;
  private static final long MAX_MANIFEST_BYTES = 1L << 30;

  /** An envelope of a file. */
  static Envelope envelope(Path file) throws IOException {
    try {
      return Envelope.parse(TrustedFiles.bytes(file, MAX_ENVELOPE_BYTES));
    } catch (IllegalArgumentException e) {
      throw new InvalidRequest(
          "%s: %s".formatted(file, e.getMessage()),
          "give what 'fovea dataset statement DATASET VERSION' printed");
    }
  }

  /**
   * Checks who signed, and what.
   *
   * @throws InvalidRequest when none of the keys signed it, or it is signed about something else
   */
  static SignedVersion of(
      Envelope envelope, List<VerifyingKey> keys, VersionName wanted, Optional<Name> project) {
    for (var key : keys) {
      var bytes = envelope.verified(VersionStatement.PAYLOAD_TYPE, key);
      if (bytes.isPresent()) {
        var signed = new SignedVersion(statement(bytes.get()), key.id());
        signed.requireAbout(wanted, project);
        return signed;
      }
    }
    throw new InvalidRequest(
        "none of %d keys signed this statement of type '%s'; it says that %s did"
            .formatted(
                keys.size(),
                Text.excerpt(envelope.payloadType()),
                envelope.keyId().isEmpty() ? "nobody" : Text.excerpt(envelope.keyId())),
        "do not use this version; or have the key that was in use then from whom you trust");
  }

  private static VersionStatement statement(byte[] bytes) {
    try {
      return VersionStatement.parse(bytes);
    } catch (IllegalArgumentException e) {
      throw new InvalidRequest(
          String.valueOf(e.getMessage()), "give the statement of a dataset version");
    }
  }

  private void requireAbout(VersionName wanted, Optional<Name> project) {
    var signed = statement.predicate();
    if (!signed.dataset().equals(wanted.dataset())
        || !wanted.means(signed.number(), statement.manifest())
        || project.filter(name -> !name.equals(signed.project())).isPresent()) {
      throw new InvalidRequest(
          "what is signed is %s@%d of project %s, %s, and not %s%s"
              .formatted(
                  signed.dataset(),
                  signed.number(),
                  signed.project(),
                  statement.manifest(),
                  wanted,
                  project.map(name -> " of project " + name).orElse("")),
          "give the statement of the version that you mean");
    }
  }

  /**
   * Checks that a file is the manifest that was signed.
   *
   * @throws InvalidRequest when it is another
   */
  void requireManifest(Path file) throws IOException {
    long bytes = Files.size(file);
    if (bytes > MAX_MANIFEST_BYTES) {
      throw new InvalidRequest(
          "%s: %d bytes (expected: a manifest of at most %d)"
              .formatted(file, bytes, MAX_MANIFEST_BYTES),
          "give the manifest of the version");
    }
    var found = Digest.sha256(file);
    if (!found.equals(statement.manifest())) {
      throw new InvalidRequest(
          "the manifest is %s (expected: %s, which was signed)"
              .formatted(found, statement.manifest()),
          "do not use this version; or give the manifest that belongs to it");
    }
  }

  /**
   * What every image has to be.
   *
   * @param manifest that was checked
   */
  List<Content> contents(Path manifest) throws IOException {
    List<Content> contents;
    try (var in = Files.newInputStream(manifest)) {
      contents =
          Manifest.parse(in).samples().stream()
              .map(each -> new Content(each.path(), each.md5(), each.image(), each.bytes()))
              .toList();
    } catch (JacksonException e) {
      throw new InvalidRequest(
          "the manifest that was signed cannot be read: %s"
              .formatted(Text.excerpt(String.valueOf(e.getMessage()))),
          "use a 'fovea' that is as new as the server");
    }
    if (contents.size() != statement.predicate().samples()) {
      throw new InvalidRequest(
          "the manifest has %d images (expected: %d, as was signed)"
              .formatted(contents.size(), statement.predicate().samples()),
          "do not use this version");
    }
    for (var content : contents) {
      var fault = RelativePath.fault(content.path());
      if (fault.isPresent()) {
        throw new InvalidRequest(
            "the path '%s' %s".formatted(Text.excerpt(content.path()), fault.get()),
            "do not use this version");
      }
    }
    return contents;
  }
}
