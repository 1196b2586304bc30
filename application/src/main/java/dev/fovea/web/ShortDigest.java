package dev.fovea.web;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.NoSuchThing;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * A digest as an address holds it: eight or more leading hex digits, accepted while they are
 * unique.
 *
 * @param digits 8 to 64 lower-case hex digits
 */
public record ShortDigest(String digits) {
  private static final Pattern WRITTEN = Pattern.compile("(?:sha256:)?([0-9a-f]{8,64})");
  private static final int WHOLE = 64;

  /** Reads it; what it is not is not found, as any other wrong address. */
  public static ShortDigest of(String thing, String text) {
    var matcher = WRITTEN.matcher(text);
    if (!matcher.matches()) {
      throw new NoSuchThing(thing, text, "give its digest, or at least eight leading digits of it");
    }
    return new ShortDigest(matcher.group(1));
  }

  /** The whole digest, where all of it was given. */
  public Optional<Digest> whole() {
    return digits.length() == WHOLE ? Optional.of(new Digest(digits)) : Optional.empty();
  }

  /**
   * The one among these that it names.
   *
   * @param thing what they are, for the message
   * @throws NoSuchThing when none has these digits, or more than one
   */
  public <T> T among(String thing, List<T> candidates, Function<T, Digest> digest) {
    var found =
        candidates.stream()
            .filter(candidate -> digest.apply(candidate).hex().startsWith(digits))
            .limit(2)
            .toList();
    if (found.size() == 1) {
      return found.getFirst();
    }
    throw new NoSuchThing(
        thing,
        digits,
        found.isEmpty() ? "look for it in the list" : "give more digits: several begin with these");
  }
}
