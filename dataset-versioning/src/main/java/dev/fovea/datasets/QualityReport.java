package dev.fovea.datasets;

import dev.fovea.kernel.Digest;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the quality gate saw in a version when it was recorded.
 *
 * @param classes how many images there are, by split and by class; no zeros
 * @param parent what the version before it had; absent where there was none
 * @param drift how far the classes moved since the parent: one for each split that both have
 * @param checks every check that the gate knew then, with what it found
 * @param images what the images are like
 * @param repeats images that are in one split more than once
 */
public record QualityReport(
    Map<String, Map<String, Integer>> classes,
    Optional<Parent> parent,
    List<Drift> drift,
    List<CheckResult> checks,
    Images images,
    Repeats repeats) {
  /** How many findings there are in all. */
  public int findings() {
    return checks.stream().mapToInt(CheckResult::findings).sum();
  }

  /**
   * The version before it on its branch, or on the main branch where its branch is new.
   *
   * @param classes as {@link QualityReport#classes}
   */
  public record Parent(Digest version, Map<String, Map<String, Integer>> classes) {}

  /**
   * How far the classes of a split are from those of the same split in the parent.
   *
   * @param images of the split now, at least 1
   * @param before images of it in the parent, at least 1
   * @param distance half the sum of the differences of the shares (total variation distance): the
   *     share of images that would need another class to have the parent's shares, 0 to 1
   */
  public record Drift(String split, int images, int before, double distance, Outcome outcome) {}

  /** Whether a distance is drift. */
  public enum Outcome {
    /** The shares are close, or as far from each other as chance would have it. */
    STEADY,
    /** They are far, and chance alone would do so in fewer than one of a hundred cases. */
    DRIFTED,
    /** They are far, and there are too few images to tell it from chance. */
    TOO_FEW
  }

  /**
   * What one check found.
   *
   * @param check its name, as in {@code fovea.yaml}
   * @param reaction {@code refuse}, {@code warn} or {@code off}
   * @param findings how many
   * @param examples the first of them, at most 12
   */
  public record CheckResult(String check, String reaction, int findings, List<Example> examples) {}

  /**
   * A finding.
   *
   * @param file where: a path in the repository
   * @param line in that file, from 1; 0 where the whole file is meant
   * @param text what is there and what was expected
   * @param images those that it is about and that are in the version, at most 8
   */
  public record Example(String file, int line, String text, List<Pictured> images) {}

  /**
   * An image that can be looked at.
   *
   * @param path inside the dataset folder
   */
  public record Pictured(String path, Digest image) {}

  /**
   * What the images of a version are like.
   *
   * @param median width and height of the middle one, each for itself; absent where there is none
   * @param sizes the commonest sizes, at most 10
   * @param otherSizes images of other sizes than those
   * @param kinds how pixels are stored, the commonest first
   * @param turned images whose EXIF orientation is not 1
   */
  public record Images(
      Optional<Size> median, List<SizeCount> sizes, int otherSizes, List<Kind> kinds, int turned) {}

  /** A size in pixels, upright. */
  public record Size(int width, int height) {}

  /** So many images of one size. */
  public record SizeCount(Size size, int images) {}

  /**
   * So many images whose pixels are stored alike.
   *
   * @param channels such as {@code RGB}
   * @param bits of one sample
   */
  public record Kind(String channels, int bits, int images) {}

  /**
   * Images that are in one split more than once.
   *
   * @param exact those with the same bytes as another
   * @param alike those that look like another; absent where near duplicates are not looked for
   */
  public record Repeats(int exact, Optional<Integer> alike) {}
}
