package dev.fovea.rollouts.packaging;

import dev.fovea.kernel.Digest;
import dev.fovea.rollouts.servers.Served;
import java.util.regex.Pattern;

/**
 * What an image is called in whatever keeps it, without the keeper's own address.
 *
 * @param repository lower-case words separated by {@code /}, as the OCI distribution specification
 *     1.1 has them
 * @param tag moves when another image gets it; what runs is always named by digest
 */
public record ImageName(String repository, String tag) {
  private static final Pattern REPOSITORY =
      Pattern.compile(
          "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*");
  private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");
  private static final int LONGEST = 255;

  public ImageName {
    if (repository.length() > LONGEST || !REPOSITORY.matcher(repository).matches()) {
      throw new IllegalArgumentException(
          "repository: '%s' (expected: lower-case words separated by '/', at most %d characters)"
              .formatted(repository, LONGEST));
    }
    if (!TAG.matcher(tag).matches()) {
      throw new IllegalArgumentException(
          "tag: '%s' (expected: at most 128 letters, digits, '.', '_', '-')".formatted(tag));
    }
  }

  /** The name of a served model's image: {@code project/model:number-variant}. */
  static ImageName of(Served served) {
    var plan = served.plan();
    return new ImageName(
        "%s/%s".formatted(served.project(), plan.model()),
        "%d-%s".formatted(plan.number(), plan.variant().abbreviated()));
  }

  /** The reference of exactly one image below a registry's prefix. */
  String at(String prefix, Digest manifest) {
    return "%s/%s@%s".formatted(prefix, repository, manifest);
  }

  @Override
  public String toString() {
    return repository + ":" + tag;
  }
}
