package dev.fovea.store.memory;

import dev.fovea.kernel.Digest;
import dev.fovea.store.PartGone;
import dev.fovea.store.PartKey;
import dev.fovea.store.Transfers;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Parts in memory; a part's tag is the SHA-256 of its bytes. */
final class MemoryTransfers implements Transfers {
  private final Map<PartKey, byte[]> parts = new ConcurrentHashMap<>();

  @Override
  public String put(PartKey key, InputStream bytes) throws IOException {
    var content = bytes.readAllBytes();
    parts.put(key, content);
    return tag(content);
  }

  @Override
  public OptionalLong size(PartKey key, String tag) {
    var content = find(key, tag);
    return content == null ? OptionalLong.empty() : OptionalLong.of(content.length);
  }

  @Override
  public InputStream open(PartKey key, String tag) {
    var content = find(key, tag);
    if (content == null) {
      throw new PartGone(key.number());
    }
    return new ByteArrayInputStream(content);
  }

  @Override
  public void delete(String upload, int count) {
    var checked = new PartKey(upload, 1).upload();
    parts.keySet().removeIf(key -> key.upload().equals(checked));
  }

  @Override
  public Optional<DirectAddresses> direct() {
    return Optional.empty();
  }

  /** How many parts are there. */
  int count() {
    return parts.size();
  }

  private byte @Nullable [] find(PartKey key, String tag) {
    var content = parts.get(key);
    return content == null || !tag(content).equals(tag) ? null : content;
  }

  private static String tag(byte[] content) {
    return Digest.sha256(content).hex();
  }
}
