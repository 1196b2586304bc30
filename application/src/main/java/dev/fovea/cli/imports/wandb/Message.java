package dev.fovea.cli.imports.wandb;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A message of protobuf as it lies in its bytes: fields by number (protobuf.dev, encoding). Only
 * what is asked for is looked at, so that nothing nests deeper than who asks.
 */
final class Message {
  private static final int MOST_FIELDS = 1_000_000;

  private final List<Field> fields;

  private Message(List<Field> fields) {
    this.fields = fields;
  }

  /**
   * A field.
   *
   * @param number its number's value; 0 where it has bytes
   * @param bytes empty where it is a number
   */
  private record Field(int id, long number, byte[] bytes) {}

  static Message of(byte[] bytes) throws IOException {
    var fields = new ArrayList<Field>();
    var at = new int[] {0};
    while (at[0] < bytes.length) {
      if (fields.size() == MOST_FIELDS) {
        throw new IOException("a record has more than %d fields".formatted(MOST_FIELDS));
      }
      long key = varint(bytes, at);
      int id = (int) (key >>> 3);
      fields.add(
          switch ((int) (key & 7)) {
            case 0 -> new Field(id, varint(bytes, at), new byte[0]);
            case 1 -> new Field(id, fixed(bytes, at, 8), new byte[0]);
            case 2 -> new Field(id, 0, piece(bytes, at));
            case 5 -> new Field(id, fixed(bytes, at, 4), new byte[0]);
            default -> throw broken();
          });
    }
    return new Message(fields);
  }

  /** The last message in a field. */
  Optional<Message> message(int id) throws IOException {
    var bytes = last(id);
    return bytes.isPresent() ? Optional.of(of(bytes.get().bytes())) : Optional.empty();
  }

  /** All messages in a field. */
  List<Message> messages(int id) throws IOException {
    var messages = new ArrayList<Message>();
    for (var field : fields) {
      if (field.id() == id) {
        messages.add(of(field.bytes()));
      }
    }
    return messages;
  }

  /** The last text in a field, or empty text. */
  String text(int id) {
    return last(id).map(field -> new String(field.bytes(), StandardCharsets.UTF_8)).orElse("");
  }

  /** All texts in a field. */
  List<String> texts(int id) {
    return fields.stream()
        .filter(field -> field.id() == id)
        .map(field -> new String(field.bytes(), StandardCharsets.UTF_8))
        .toList();
  }

  /** The last number in a field, or 0. */
  long number(int id) {
    return last(id).map(Field::number).orElse(0L);
  }

  boolean has(int id) {
    return last(id).isPresent();
  }

  private Optional<Field> last(int id) {
    return fields.reversed().stream().filter(field -> field.id() == id).findFirst();
  }

  private static long varint(byte[] bytes, int[] at) throws IOException {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (at[0] >= bytes.length) {
        throw broken();
      }
      byte next = bytes[at[0]++];
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw broken();
  }

  private static long fixed(byte[] bytes, int[] at, int width) throws IOException {
    if (bytes.length - at[0] < width) {
      throw broken();
    }
    long value = 0;
    for (int i = width - 1; i >= 0; i--) {
      value = value << 8 | (bytes[at[0] + i] & 0xffL);
    }
    at[0] += width;
    return value;
  }

  private static byte[] piece(byte[] bytes, int[] at) throws IOException {
    long length = varint(bytes, at);
    if (length < 0 || length > bytes.length - at[0]) {
      throw broken();
    }
    var piece = Arrays.copyOfRange(bytes, at[0], at[0] + (int) length);
    at[0] += (int) length;
    return piece;
  }

  private static IOException broken() {
    return new IOException("a record is no protobuf message");
  }
}
