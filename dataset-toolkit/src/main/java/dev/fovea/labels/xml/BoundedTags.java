package dev.fovea.labels.xml;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * XML in UTF-8 in which no tag and no text between tags is longer than so many bytes, since a
 * parser holds each of them whole.
 */
final class BoundedTags extends FilterInputStream {
  private static final int MOST_BYTES = 64 << 20;

  private final String file;
  private int length;

  BoundedTags(InputStream in, String file) {
    super(in);
    this.file = file;
  }

  @Override
  public int read() throws IOException {
    int value = super.read();
    count(value);
    return value;
  }

  @Override
  public int read(byte[] bytes, int offset, int count) throws IOException {
    int read = super.read(bytes, offset, count);
    for (int i = offset; i < offset + read; i++) {
      count(bytes[i]);
    }
    return read;
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  private void count(int value) throws IOException {
    length = value == '<' || value == '>' ? 0 : length + 1;
    if (length > MOST_BYTES) {
      throw new IOException("%s: a tag or text of more than %d bytes".formatted(file, MOST_BYTES));
    }
  }
}
