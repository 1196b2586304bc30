package dev.fovea.query.engine;

import dev.fovea.dvc.cache.Held;
import dev.fovea.dvc.directory.CodePoints;
import dev.fovea.kernel.Text;
import dev.fovea.labels.ImageSize;
import dev.fovea.labels.files.Folder;
import dev.fovea.vision.ImageDecoder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The files of a dataset, as its manifest names them, from the folder or from the cache. */
public final class HeldFolder implements Folder {
  private static final long MOST_IMAGE_BYTES = 256L << 20;
  private static final Comparator<Held.File> BY_PATH =
      Comparator.comparing(Held.File::path, CodePoints.ORDER);
  private static final ImageDecoder DECODER = ImageDecoder.withDefaultLimits();

  private final Path root;
  private final boolean cached;
  private final List<Held.File> files;

  private HeldFolder(Path root, boolean cached, List<Held.File> files) {
    this.root = root;
    this.cached = cached;
    this.files = files;
  }

  public HeldFolder(Held held) {
    this(held.root(), held.cached(), held.files());
  }

  /** Writes the list of files for another process: {@code MD5 BYTES PATH}, a line each. */
  public static void write(Held held, Path list) throws IOException {
    try (var out = Files.newBufferedWriter(list, StandardCharsets.UTF_8)) {
      for (var file : held.files()) {
        out.write("%s %d %s\n".formatted(file.md5(), file.bytes(), file.path()));
      }
    }
  }

  /** Reads such a list. */
  static HeldFolder read(Path list, Path root, boolean cached) throws IOException {
    var files = new ArrayList<Held.File>();
    try (var lines = Files.newBufferedReader(list, StandardCharsets.UTF_8)) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        var parts = line.split(" ", 3);
        files.add(new Held.File(parts[2], parts[0], Long.parseLong(parts[1])));
      }
    }
    return new HeldFolder(root, cached, files);
  }

  List<Held.File> files() {
    return files;
  }

  /** The place of a path among the files; negative where it is none of them. */
  int find(String path) {
    return Collections.binarySearch(files, new Held.File(path, "", 0), BY_PATH);
  }

  @Override
  public List<String> list(String folder) {
    return files.stream()
        .map(Held.File::path)
        .filter(path -> folder.isEmpty() || path.startsWith(folder + "/"))
        .toList();
  }

  @Override
  public Optional<InputStream> open(String path) throws IOException {
    int at = find(path);
    return at < 0 ? Optional.empty() : Optional.of(Files.newInputStream(place(at)));
  }

  private Path place(int at) {
    return Held.place(root, cached, files.get(at));
  }

  @Override
  public boolean has(String path) {
    return find(path) >= 0;
  }

  /** The size of an image as trainers see it: upright. Absent where it is no PNG or JPEG. */
  public Optional<ImageSize> size(String path) throws IOException {
    int at = find(path);
    if (at < 0) {
      return Optional.empty();
    }
    var file = files.get(at);
    if (file.bytes() > MOST_IMAGE_BYTES) {
      throw new IOException(
          "the image '%s' has %d bytes (expected: at most %d)"
              .formatted(Text.excerpt(path), file.bytes(), MOST_IMAGE_BYTES));
    }
    return DECODER
        .header(Files.readAllBytes(place(at)))
        .map(header -> new ImageSize(header.uprightWidth(), header.uprightHeight()));
  }
}
