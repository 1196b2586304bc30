package dev.fovea.registry.artifacts;

import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.List;

/** The parts of a file one after the other; each is opened when the one before it has ended. */
final class JoinedParts extends InputStream {
  interface Opening {
    InputStream open(SentPart part) throws IOException;
  }

  private final Iterator<SentPart> coming;
  private final Opening opening;
  private InputStream current = InputStream.nullInputStream();

  JoinedParts(List<SentPart> parts, Opening opening) {
    this.coming = parts.iterator();
    this.opening = opening;
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (true) {
      int n = current.read(buffer, offset, length);
      if (n >= 0) {
        return n;
      }
      if (!coming.hasNext()) {
        return -1;
      }
      current.close();
      current = opening.open(coming.next());
    }
  }

  @Override
  public void close() throws IOException {
    current.close();
  }
}
