package dev.fovea.lab.agent.remote;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.lab.agent.AgentFailed;
import dev.fovea.lab.agent.ModelFiles;
import dev.fovea.store.ObjectDamaged;
import dev.fovea.store.ObjectStore.LocalObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/**
 * The models that the device was given lately, by digest, within a bound; those used longest ago go
 * first. Each is checked when it comes and whenever it is used: neither the lab, the way, nor this
 * disk is believed.
 */
final class ModelCache implements ModelFiles {
  private final Path folder;
  private final long mostBytes;
  private final Name device;
  private final Function<Digest, InputStream> source;

  /** A cached file stays when its user closes it. */
  private record Cached(Path path) implements LocalObject {
    @Override
    public void close() {}
  }

  /**
   * @param mostBytes of all models together, and so of one
   * @param source opens a model's bytes at the lab
   */
  ModelCache(Path folder, long mostBytes, Name device, Function<Digest, InputStream> source)
      throws IOException {
    this.folder = Files.createDirectories(folder);
    this.mostBytes = mostBytes;
    this.device = device;
    this.source = source;
    for (var left : files()) {
      if (left.toString().endsWith(".part")) {
        Files.deleteIfExists(left);
      }
    }
  }

  @Override
  public LocalObject local(Digest model) throws IOException {
    var file = folder.resolve(model.hex());
    if (Files.exists(file) && !Digest.sha256(file).equals(model)) {
      Files.delete(file);
    }
    if (!Files.exists(file)) {
      fetch(model, file);
    }
    Files.setLastModifiedTime(file, FileTime.from(java.time.Instant.now()));
    evictAllBut(file);
    return new Cached(file);
  }

  private void fetch(Digest model, Path file) throws IOException {
    var part = folder.resolve(model.hex() + ".part");
    try (var in = source.apply(model)) {
      var hasher = Digest.hasher();
      try (var out =
          Files.newOutputStream(
              part, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING)) {
        var buffer = new byte[1 << 16];
        long count = 0;
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          count += n;
          if (count > mostBytes) {
            throw new AgentFailed(
                device.text(),
                "model %s is larger than %d bytes".formatted(model.abbreviated(), mostBytes),
                "give the agent more room with --model-cache");
          }
          hasher.update(buffer, 0, n);
          out.write(buffer, 0, n);
        }
      }
      if (!new Digest(java.util.HexFormat.of().formatHex(hasher.digest())).equals(model)) {
        throw new ObjectDamaged(model);
      }
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private void evictAllBut(Path used) throws IOException {
    var others = new ArrayList<>(files());
    others.remove(used);
    others.sort(Comparator.comparing(ModelCache::lastUse));
    long total = Files.size(used);
    for (var file : others) {
      total += Files.size(file);
    }
    for (var file : others) {
      if (total <= mostBytes) {
        return;
      }
      total -= Files.size(file);
      Files.deleteIfExists(file);
    }
  }

  private List<Path> files() throws IOException {
    try (var files = Files.list(folder)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  private static FileTime lastUse(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      return FileTime.fromMillis(0);
    }
  }
}
