package dev.fovea.pipelines.evaluate;

import dev.fovea.kernel.Digest;
import dev.fovea.store.NoSuchObject;
import dev.fovea.store.ObjectStore;
import dev.fovea.store.VerifiedStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The input files of a job as objects: each is named by its digest, and verified. */
final class FolderObjects implements ObjectStore {
  private final Path folder;

  FolderObjects(Path folder) {
    this.folder = folder;
  }

  @Override
  public InputStream open(Digest digest) throws IOException {
    var file = file(digest);
    return new VerifiedStream(Files.newInputStream(file), digest, Files.size(file), () -> {});
  }

  @Override
  public LocalObject local(Digest digest) throws IOException {
    try (var in = open(digest)) {
      in.transferTo(java.io.OutputStream.nullOutputStream());
    }
    var file = file(digest);
    return new LocalObject() {
      @Override
      public Path path() {
        return file;
      }

      @Override
      public void close() {
        // The folder is the job's, and goes with it.
      }
    };
  }

  @Override
  public Digest put(InputStream bytes) {
    throw new UnsupportedOperationException("a job's inputs are read");
  }

  @Override
  public boolean exists(Digest digest) {
    return Files.isRegularFile(folder.resolve(digest.hex()));
  }

  @Override
  public long size(Digest digest) throws IOException {
    return Files.size(file(digest));
  }

  private Path file(Digest digest) {
    if (!exists(digest)) {
      throw new NoSuchObject(digest);
    }
    return folder.resolve(digest.hex());
  }
}
