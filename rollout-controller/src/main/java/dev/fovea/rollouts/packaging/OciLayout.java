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
import tools.jackson.databind.json.JsonMapper;

/**
 * A folder of images in the form of the OCI image layout specification 1.0: {@code oci-layout},
 * {@code index.json}, {@code blobs/sha256/…}. Blobs shared by images are there once; every file
 * appears whole or not at all.
 */
final class OciLayout implements ImageRegistry {
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

  @Override
  public synchronized void push(BuiltImage image, ImageName name) throws IOException {
    var blobs = Files.createDirectories(folder.resolve("blobs").resolve("sha256"));
    for (var blob : image.blobs()) {
      keep(image.file(blob.digest()), blobs, blob.digest());
    }
    keep(image.file(image.manifest()), blobs, image.manifest());
    enter(image.manifest(), name.toString(), Files.size(blobs.resolve(image.manifest().hex())));
  }

  /** The layout's folder and the digest, as {@code skopeo} and {@code crane} take it. */
  @Override
  public String reference(ImageName name, Digest manifest) {
    return "oci:%s@%s".formatted(folder, manifest);
  }

  private static void keep(Path file, Path blobs, Digest digest) throws IOException {
    var blob = blobs.resolve(digest.hex());
    if (Files.notExists(blob)) {
      var part = Files.createTempFile(blobs, "part-", "");
      Files.copy(file, part, StandardCopyOption.REPLACE_EXISTING);
      Files.move(part, blob, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private void enter(Digest manifest, String name, long size) throws IOException {
    var index = folder.resolve("index.json");
    var entries = new ArrayList<Entry>();
    if (Files.exists(index)) {
      entries.addAll(JSON.readValue(Files.readAllBytes(index), Index.class).manifests());
    }
    entries.removeIf(entry -> name.equals(entry.annotations().get(NAME)));
    entries.add(new Entry(BuiltImage.MANIFEST, manifest.toString(), size, Map.of(NAME, name)));
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
