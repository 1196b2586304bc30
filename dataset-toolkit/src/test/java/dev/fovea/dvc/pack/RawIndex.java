package dev.fovea.dvc.pack;

import dev.fovea.kernel.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** An index written by hand, from docs/packs.md, with whatever is wrong with it. */
public final class RawIndex {
  public String magic = "FOVEAIDX";
  public int version = 1;
  public int count;
  public long packBytes;
  public String pack;
  public byte[] after = {};
  private final List<byte[]> entries = new ArrayList<>();

  /**
   * @param pack the bytes of one
   */
  public RawIndex(byte[] pack) {
    packBytes = pack.length;
    this.pack = Digest.sha256(pack).hex();
  }

  /** A pack's bytes, of some objects. */
  public static byte[] pack(String... objects) {
    var text = String.join("", objects).getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(16 + text.length)
        .put("FOVEAPCK".getBytes(StandardCharsets.US_ASCII))
        .putInt(1)
        .putInt(0)
        .put(text)
        .array();
  }

  public RawIndex entry(String md5, String sha256, long offset, long length) {
    entries.add(
        ByteBuffer.allocate(64)
            .put(HexFormat.of().parseHex(md5))
            .put(HexFormat.of().parseHex(sha256))
            .putLong(offset)
            .putLong(length)
            .array());
    count = entries.size();
    return this;
  }

  /** With the right checksum. */
  public byte[] bytes() {
    int size = 56 + 64 * entries.size() + after.length;
    var to = ByteBuffer.allocate(size + 32);
    to.put(magic.getBytes(StandardCharsets.US_ASCII)).putInt(version).putInt(count);
    to.putLong(packBytes).put(HexFormat.of().parseHex(pack));
    entries.forEach(to::put);
    to.put(after);
    MessageDigest sha256 = Digest.hasher();
    sha256.update(to.array(), 0, size);
    return to.put(sha256.digest()).array();
  }
}
