package dev.fovea.registry.tracking;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** A name for a run that nobody named: two words and a number, easy to say. */
final class RandomName {
  private static final List<String> KINDS =
      List.of(
          "amber", "brave", "calm", "clever", "gentle", "keen", "lucid", "merry", "nimble", "quiet",
          "swift", "vivid");
  private static final List<String> THINGS =
      List.of(
          "badger", "crane", "falcon", "finch", "fox", "heron", "lynx", "otter", "owl", "raven",
          "seal", "wren");

  private RandomName() {}

  static String next() {
    var random = ThreadLocalRandom.current();
    return "%s-%s-%d"
        .formatted(
            KINDS.get(random.nextInt(KINDS.size())),
            THINGS.get(random.nextInt(THINGS.size())),
            random.nextInt(1_000));
  }
}
