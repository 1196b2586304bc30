package dev.fovea.onnx.quantize.search;

/**
 * How much is looked at, and how surely.
 *
 * @param budget by how much the measure may fall, 0 to 1
 * @param confidence that a candidate is stopped or accepted rightly, over all looks at it together,
 *     above 0, below 1
 * @param firstLook after how many images the candidates are first looked at; each further look has
 *     twice as many
 * @param mostCandidates how many are tried at most, 1 to 100
 * @param seed of the order of the images
 * @param packed whether the size of a file after compression counts beside its size
 */
public record SearchSettings(
    double budget,
    double confidence,
    int firstLook,
    int mostCandidates,
    long seed,
    boolean packed) {
  private static final int MOST_CANDIDATES = 100;

  public SearchSettings {
    if (!(budget >= 0 && budget <= 1) || !(confidence > 0 && confidence < 1)) {
      throw new IllegalArgumentException(
          "search with budget %s at confidence %s (expected: 0 to 1, between 0 and 1)"
              .formatted(budget, confidence));
    }
    if (firstLook < 1 || mostCandidates < 1 || mostCandidates > MOST_CANDIDATES) {
      throw new IllegalArgumentException(
          "search with a first look after %d images at %d candidates (expected: >= 1, 1 to 100)"
              .formatted(firstLook, mostCandidates));
    }
  }

  /** One by which the size after compression does not count. */
  public SearchSettings(
      double budget, double confidence, int firstLook, int mostCandidates, long seed) {
    this(budget, confidence, firstLook, mostCandidates, seed, false);
  }

  /** 95 %, first after 32 images, at most 24 candidates, one seed. */
  public static SearchSettings of(double budget) {
    return new SearchSettings(budget, 0.95, 32, 24, 1);
  }

  /** The same with room for so many candidates more. */
  public SearchSettings withMore(int candidates) {
    return new SearchSettings(
        budget, confidence, firstLook, mostCandidates + candidates, seed, packed);
  }

  /** The same, or one by which the size after compression counts too. */
  public SearchSettings withPacked(boolean counts) {
    return new SearchSettings(budget, confidence, firstLook, mostCandidates, seed, counts);
  }
}
