package dev.fovea.store.memory;

import dev.fovea.kernel.Digest;
import dev.fovea.store.NoSuchObject;
import dev.fovea.store.ObjectStore;
import dev.fovea.store.TemporaryObject;
import dev.fovea.store.Transfers;
import dev.fovea.store.VerifiedStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps everything in memory; behaves like the others otherwise, damage included. */
public final class MemoryObjectStore implements ObjectStore {
  private final Map<Digest, byte[]> objects = new ConcurrentHashMap<>();
  private final MemoryTransfers transfers = new MemoryTransfers();

  @Override
  public Digest put(InputStream bytes) throws IOException {
    var content = bytes.readAllBytes();
    var digest = Digest.sha256(content);
    objects.put(digest, content);
    return digest;
  }

  @Override
  public InputStream open(Digest digest) {
    var content = content(digest);
    return new VerifiedStream(new ByteArrayInputStream(content), digest, content.length, () -> {});
  }

  @Override
  public LocalObject local(Digest digest) throws IOException {
    var verified = bytes(digest, Long.MAX_VALUE);
    var file = Files.write(Files.createTempFile("fovea-object-", ""), verified);
    return new TemporaryObject(file);
  }

  @Override
  public boolean exists(Digest digest) {
    return objects.containsKey(digest);
  }

  @Override
  public long size(Digest digest) {
    return content(digest).length;
  }

  @Override
  public Transfers transfers() {
    return transfers;
  }

  /** How many parts of objects are there, for tests of what is left behind. */
  public int parts() {
    return transfers.count();
  }

  /** Puts other bytes in an object's place, for tests of what damage does. */
  public void damage(Digest digest, byte[] bytes) {
    objects.replace(digest, bytes.clone());
  }

  /** Loses an object, for tests of what loss does. */
  public void lose(Digest digest) {
    objects.remove(digest);
  }

  private byte[] content(Digest digest) {
    var content = objects.get(digest);
    if (content == null) {
      throw new NoSuchObject(digest);
    }
    return content;
  }
}
