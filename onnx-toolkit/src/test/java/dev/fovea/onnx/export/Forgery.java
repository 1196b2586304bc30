package dev.fovea.onnx.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A copy of a genuine archive with something changed. It writes its zip itself, because a zip
 * library would refuse most of what is tried here.
 */
final class Forgery {
  private static final int LOCAL = 0x04034b50;
  private static final int CENTRAL = 0x02014b50;
  private static final int END = 0x06054b50;
  private static final int STORED = 0;

  /** Fields of an entry as the zip will state them. */
  private static final class Entry {
    private String name;
    private byte[] data;
    private int method = STORED;
    private int flags;
    private long statedSize;
    private long movedBy;
    private int crcError;

    Entry(String name, byte[] data) {
      this.name = name;
      this.data = data;
      this.statedSize = data.length;
    }
  }

  private final List<Entry> entries = new ArrayList<>();

  private Forgery() {}

  static Forgery of(String fixture) throws IOException {
    var forgery = new Forgery();
    try (var zip = new ZipFile(Recorded.file(fixture).toFile())) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        forgery.entries.add(new Entry(entry.getName(), zip.getInputStream(entry).readAllBytes()));
      }
    }
    return forgery;
  }

  /** Replaces the first occurrence of a text in the entry whose name ends so. */
  Forgery replace(String entryEnd, String old, String fresh) {
    return edit(
        entryEnd,
        text -> {
          assertThat(text).as(entryEnd).contains(old);
          int at = text.indexOf(old);
          return text.substring(0, at) + fresh + text.substring(at + old.length());
        });
  }

  Forgery edit(String entryEnd, UnaryOperator<String> change) {
    var entry = entry(entryEnd);
    var text = new String(entry.data, StandardCharsets.UTF_8);
    return set(entryEnd, change.apply(text).getBytes(StandardCharsets.UTF_8));
  }

  Forgery set(String entryEnd, byte[] data) {
    var entry = entry(entryEnd);
    entry.data = data;
    entry.statedSize = data.length;
    return this;
  }

  byte[] data(String entryEnd) {
    return entry(entryEnd).data;
  }

  Forgery add(String name, String data) {
    entries.add(new Entry(name, data.getBytes(StandardCharsets.UTF_8)));
    return this;
  }

  Forgery remove(String entryEnd) {
    entries.remove(entry(entryEnd));
    return this;
  }

  Forgery rename(String entryEnd, String name) {
    entry(entryEnd).name = name;
    return this;
  }

  Forgery method(String entryEnd, int method) {
    entry(entryEnd).method = method;
    return this;
  }

  Forgery flags(String entryEnd, int flags) {
    entry(entryEnd).flags = flags;
    return this;
  }

  Forgery statedSize(String entryEnd, long size) {
    entry(entryEnd).statedSize = size;
    return this;
  }

  /** Lets the directory point elsewhere than to where the entry is. */
  Forgery move(String entryEnd, long by) {
    entry(entryEnd).movedBy = by;
    return this;
  }

  Forgery damage(String entryEnd) {
    entry(entryEnd).crcError = 1;
    return this;
  }

  Path write(Path folder) throws IOException {
    return Files.write(folder.resolve("forged.pt2"), bytes());
  }

  byte[] bytes() {
    var out = new ByteArrayOutputStream();
    var directory = new ByteArrayOutputStream();
    for (var entry : entries) {
      long at = out.size() + entry.movedBy;
      var name = entry.name.getBytes(StandardCharsets.UTF_8);
      out.writeBytes(
          buffer(30)
              .putInt(LOCAL)
              .putShort(26, (short) name.length)
              .putShort(8, (short) entry.method)
              .array());
      out.writeBytes(name);
      out.writeBytes(entry.data);
      var crc = new CRC32();
      crc.update(entry.data);
      directory.writeBytes(
          buffer(46)
              .putInt(0, CENTRAL)
              .putShort(8, (short) entry.flags)
              .putShort(10, (short) entry.method)
              .putInt(16, (int) crc.getValue() ^ entry.crcError)
              .putInt(20, (int) entry.statedSize)
              .putInt(24, (int) entry.statedSize)
              .putShort(28, (short) name.length)
              .putInt(42, (int) at)
              .array());
      directory.writeBytes(name);
    }
    int start = out.size();
    out.writeBytes(directory.toByteArray());
    out.writeBytes(
        buffer(22)
            .putInt(0, END)
            .putShort(10, (short) entries.size())
            .putInt(12, directory.size())
            .putInt(16, start)
            .array());
    return out.toByteArray();
  }

  private Entry entry(String end) {
    return entries.stream().filter(each -> each.name.endsWith(end)).findFirst().orElseThrow();
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
