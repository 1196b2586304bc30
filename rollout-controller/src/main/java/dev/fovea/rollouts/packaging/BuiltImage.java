package dev.fovea.rollouts.packaging;

import dev.fovea.kernel.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An image whose every blob lies in a file that has the blob's digest, checked when it was made.
 *
 * @param folder holds a file for each blob, called by the digest's hex digits
 * @param manifest the digest of its manifest
 * @param blobs its configuration and its layers, each once, without the manifest
 */
record BuiltImage(Path folder, Digest manifest, List<Blob> blobs) {
  /** What kind of manifest it is; lists of several platforms are not made here. */
  static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";

  /** The distribution specification lets registries refuse larger ones. */
  private static final long LARGEST_MANIFEST_BYTES = 4L << 20;

  private static final JsonMapper JSON = JsonMapper.builder().build();

  record Blob(Digest digest, long bytes) {}

  BuiltImage {
    blobs = List.copyOf(blobs);
  }

  /**
   * Unpacks a tar in the form of an OCI image layout, as Jib writes it.
   *
   * @param manifest the image's digest
   * @throws IOException also when a blob is missing, or is not what its name says
   */
  static BuiltImage unpack(Path tar, Path folder, Digest manifest) throws IOException {
    Files.createDirectories(folder);
    try (var in = new TarArchiveInputStream(Files.newInputStream(tar))) {
      for (var entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        var file = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
        if (entry.isFile() && entry.getName().equals("blobs/sha256/" + file)) {
          Files.copy(
              in, folder.resolve(new Digest(file).hex()), StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
    return read(folder, manifest);
  }

  /**
   * An image of a folder of blobs, which may hold others too.
   *
   * @throws IOException also when a blob is missing, or is not what its name says
   */
  static BuiltImage read(Path folder, Digest manifest) throws IOException {
    var file = checked(folder, manifest);
    if (Files.size(file) > LARGEST_MANIFEST_BYTES) {
      throw new IOException(
          "manifest %s has %d bytes (expected: at most %d)"
              .formatted(manifest, Files.size(file), LARGEST_MANIFEST_BYTES));
    }
    try {
      var read = JSON.readTree(Files.readAllBytes(file));
      var found = new ArrayList<Blob>();
      found.add(blob(folder, read.path("config")));
      for (var layer : read.path("layers")) {
        var blob = blob(folder, layer);
        if (!found.contains(blob)) {
          found.add(blob);
        }
      }
      return new BuiltImage(folder, manifest, found);
    } catch (JacksonException | IllegalArgumentException e) {
      throw new IOException("manifest %s is none: %s".formatted(manifest, e.getMessage()), e);
    }
  }

  Path file(Digest digest) {
    return folder.resolve(digest.hex());
  }

  private static Blob blob(Path folder, JsonNode descriptor) throws IOException {
    var digest = Digest.parse(descriptor.path("digest").asString(""));
    return new Blob(digest, Files.size(checked(folder, digest)));
  }

  private static Path checked(Path folder, Digest digest) throws IOException {
    var file = folder.resolve(digest.hex());
    if (!Files.isRegularFile(file)) {
      throw new IOException("blob %s is missing in %s".formatted(digest, folder));
    }
    var found = Digest.sha256(file);
    if (!found.equals(digest)) {
      throw new IOException("blob %s has the digest %s".formatted(digest, found));
    }
    return file;
  }
}
