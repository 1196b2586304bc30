package dev.fovea.rollouts.packaging;

import dev.fovea.kernel.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import tools.jackson.databind.json.JsonMapper;

/**
 * A folder of images in the form of the OCI image layout specification 1.0: {@code oci-layout},
 * {@code index.json}, {@code blobs/sha256/…}. Blobs shared by images are there once; every file
 * appears whole or not at all.
 */
final class OciLayout {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String MARKER = "{\"imageLayoutVersion\":\"1.0.0\"}";
  private static final String NAME = "org.opencontainers.image.ref.name";

  private final Path folder;

  OciLayout(Path folder) {
    this.folder = folder;
  }

  private record Index(int schemaVersion, List<Entry> manifests) {}

  private record Entry(
      String mediaType, String digest, long size, Map<String, String> annotations) {}

  /**
   * Takes an image over from a tar in the same form.
   *
   * @param manifest the digest of its manifest
   * @param name the name under which tools show it
   */
  synchronized void add(Path tar, Digest manifest, String name) throws IOException {
    var blobs = Files.createDirectories(folder.resolve("blobs").resolve("sha256"));
    try (var in = new TarArchiveInputStream(Files.newInputStream(tar))) {
      for (var entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        var file = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
        if (!entry.isFile() || !entry.getName().equals("blobs/sha256/" + file)) {
          continue;
        }
        var blob = new Digest(file);
        if (Files.notExists(blobs.resolve(blob.hex()))) {
          var part = Files.createTempFile(blobs, "part-", "");
          Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
          keep(part, blobs.resolve(blob.hex()), blob);
        }
      }
    }
    enter(manifest, name, Files.size(blobs.resolve(manifest.hex())));
  }

  private static void keep(Path part, Path blob, Digest expected) throws IOException {
    var found = Digest.sha256(part);
    if (!found.equals(expected)) {
      Files.delete(part);
      throw new IOException("blob %s has the digest %s".formatted(expected, found));
    }
    Files.move(part, blob, StandardCopyOption.ATOMIC_MOVE);
  }

  private void enter(Digest manifest, String name, long size) throws IOException {
    var index = folder.resolve("index.json");
    var entries = new ArrayList<Entry>();
    if (Files.exists(index)) {
      entries.addAll(JSON.readValue(Files.readAllBytes(index), Index.class).manifests());
    }
    entries.removeIf(entry -> name.equals(entry.annotations().get(NAME)));
    entries.add(
        new Entry(
            "application/vnd.oci.image.manifest.v1+json",
            manifest.toString(),
            size,
            Map.of(NAME, name)));
    try {
      Files.writeString(folder.resolve("oci-layout"), MARKER, StandardOpenOption.CREATE_NEW);
    } catch (FileAlreadyExistsException _) {
      // Written once.
    }
    var part = Files.createTempFile(folder, "index-", "");
    Files.write(
        part, JSON.writeValueAsString(new Index(2, entries)).getBytes(StandardCharsets.UTF_8));
    Files.move(part, index, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
