package dev.fovea.pipelines.check;

import dev.fovea.kernel.Digest;
import dev.fovea.store.NoSuchObject;
import dev.fovea.store.ObjectStore;
import dev.fovea.store.VerifiedStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;

/** Files that stay where they are, as objects beside those of a store; each read is verified. */
public final class FilesInPlace implements ObjectStore {
  private final Map<Digest, Path> files;
  private final ObjectStore others;

  /**
   * @param files by the digest of what they held a moment ago
   * @param others where everything else is, and new objects go
   */
  public FilesInPlace(Map<Digest, Path> files, ObjectStore others) {
    this.files = Map.copyOf(files);
    this.others = others;
  }

  @Override
  public Digest put(InputStream bytes) throws IOException {
    return others.put(bytes);
  }

  @Override
  public InputStream open(Digest digest) throws IOException {
    var file = files.get(digest);
    if (file == null) {
      return others.open(digest);
    }
    try {
      return new VerifiedStream(Files.newInputStream(file), digest, Files.size(file), () -> {});
    } catch (NoSuchFileException _) {
      throw new NoSuchObject(digest);
    }
  }

  @Override
  public LocalObject local(Digest digest) throws IOException {
    var file = files.get(digest);
    if (file == null) {
      return others.local(digest);
    }
    try (var in = open(digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return new InPlace(file);
  }

  @Override
  public boolean exists(Digest digest) throws IOException {
    return files.containsKey(digest) || others.exists(digest);
  }

  @Override
  public long size(Digest digest) throws IOException {
    var file = files.get(digest);
    return file == null ? others.size(digest) : Files.size(file);
  }

  private record InPlace(Path path) implements LocalObject {
    @Override
    public void close() {
      // It is the user's, and stays.
    }
  }
}
