package dev.fovea.cli.imports.transfer;

import dev.fovea.cli.imports.source.SourceFile;
import dev.fovea.kernel.MeteredStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A source's file while it is read: hashed, and exactly as long as the source said, so that a
 * request with less or more of it never ends well.
 */
final class Hashing extends MeteredStream {
  private final SourceFile file;
  private final LongConsumer progress;
  private final MessageDigest digest = sha256();
  private long count;
  private @Nullable IOException failure;

  private Hashing(SourceFile file, InputStream in, LongConsumer progress) {
    super(in);
    this.file = file;
    this.progress = progress;
  }

  static Hashing open(SourceFile file, LongConsumer progress) throws IOException {
    return new Hashing(file, file.content().open(), progress);
  }

  /** The digest of a file, in the server's form. */
  static String digest(SourceFile file) throws IOException {
    try (var in = open(file, _ -> {})) {
      in.transferTo(OutputStream.nullOutputStream());
      return in.digest();
    }
  }

  /** Of what was read. */
  String digest() {
    return "sha256:" + HexFormat.of().formatHex(digest.digest());
  }

  /** What went wrong on the source's side. */
  @Nullable IOException failure() {
    return failure;
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    try {
      int n = super.read(buffer, offset, length);
      if (n > 0) {
        digest.update(buffer, offset, n);
      } else if (n < 0 && count != file.bytes()) {
        throw wrongSize("ends after");
      }
      return n;
    } catch (IOException e) {
      failure = e;
      throw e;
    }
  }

  @Override
  protected void passed(long bytes) throws IOException {
    count += bytes;
    if (count > file.bytes()) {
      throw wrongSize("has more than");
    }
    progress.accept(bytes);
  }

  private IOException wrongSize(String what) {
    return new IOException(
        "it %s %d bytes (expected: the %d that the source lists)"
            .formatted(what, Math.min(count, file.bytes()), file.bytes()));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
