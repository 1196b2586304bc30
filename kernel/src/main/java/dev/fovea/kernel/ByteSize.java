package dev.fovea.kernel;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A number of bytes, at least 0; people read and write it with the binary units of IEC 80000-13.
 */
public record ByteSize(@JsonValue long bytes) implements Comparable<ByteSize> {
  private static final List<String> UNITS = List.of("B", "KiB", "MiB", "GiB", "TiB");

  /** At most six digits with the largest unit: 2^60 bytes, so no sum of sizes overflows soon. */
  private static final Pattern WRITTEN =
      Pattern.compile("(\\d{1,18})(?: ?(B))?|(\\d{1,6}) ?(KiB|MiB|GiB|TiB)");

  public ByteSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("size: %d bytes (expected: 0 or more)".formatted(bytes));
    }
  }

  @JsonCreator
  public static ByteSize of(long bytes) {
    return new ByteSize(bytes);
  }

  /**
   * Reads {@code 512}, {@code 25 MiB}, {@code 2GiB}.
   *
   * @throws IllegalArgumentException when it is neither a whole number of bytes nor one of at most
   *     six digits with KiB, MiB, GiB or TiB
   */
  public static ByteSize parse(String text) {
    var matcher = WRITTEN.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "size: '%s' (expected: a whole number with B, KiB, MiB, GiB or TiB)"
              .formatted(Text.excerpt(text)));
    }
    return matcher.group(1) != null
        ? new ByteSize(Long.parseLong(matcher.group(1)))
        : new ByteSize(Long.parseLong(matcher.group(3)) << (10 * UNITS.indexOf(matcher.group(4))));
  }

  @Override
  public int compareTo(ByteSize other) {
    return Long.compare(bytes, other.bytes);
  }

  /** {@code 980 B}, {@code 25.4 MiB}: one decimal from KiB upwards. */
  @Override
  public String toString() {
    int unit = Math.min(UNITS.size() - 1, (63 - Long.numberOfLeadingZeros(bytes | 1)) / 10);
    if (unit == 0) {
      return bytes + " B";
    }
    int shift = 10 * unit;
    long below = bytes & ((1L << shift) - 1);
    long tenths = (below * 10 + (1L << (shift - 1))) >> shift;
    return ((bytes >> shift) + tenths / 10) + "." + tenths % 10 + " " + UNITS.get(unit);
  }
}
