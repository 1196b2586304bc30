package dev.fovea.kernel;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Locale;
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
    if (bytes < 1 << 10) {
      return bytes + " B";
    }
    double value = bytes / 1024.0;
    for (var unit : UNITS.subList(1, 4)) {
      if (value < 1024) {
        return String.format(Locale.ROOT, "%.1f %s", value, unit);
      }
      value /= 1024;
    }
    return String.format(Locale.ROOT, "%.1f TiB", value);
  }
}
