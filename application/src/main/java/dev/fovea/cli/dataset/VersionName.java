package dev.fovea.cli.dataset;

import dev.fovea.cli.terminal.Connection;
import dev.fovea.datasets.DatasetVersion;
import dev.fovea.datasets.Datasets;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.kernel.Text;
import java.util.regex.Pattern;

/**
 * A dataset version as a person writes it.
 *
 * @param version its number, its digest, or the digest's first digits
 */
record VersionName(Name dataset, String version) {
  static final String FORMS = "its number, its digest, or 8 and more digits of that";
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,7}");
  private static final Pattern DIGITS = Pattern.compile("(sha256:)?[0-9a-f]{8,64}");

  VersionName {
    if (!NUMBER.matcher(version).matches() && !DIGITS.matcher(version).matches()) {
      throw new InvalidRequest(
          "version: '%s' (expected: %s)".formatted(Text.excerpt(version), FORMS),
          "run 'fovea dataset log %s' to see those that exist".formatted(dataset));
    }
  }

  /** Reads {@code DATASET@VERSION}. */
  static VersionName parse(String text) {
    int at = text.lastIndexOf('@');
    if (at < 1) {
      throw new InvalidRequest(
          "'%s' names no version (expected: DATASET@VERSION)".formatted(Text.excerpt(text)),
          "write it as digits@3: the version is " + FORMS);
    }
    return new VersionName(Name.of(text.substring(0, at)), text.substring(at + 1));
  }

  boolean means(int number, Digest digest) {
    return NUMBER.matcher(version).matches()
        ? number == Integer.parseInt(version)
        : digest.toString().startsWith(version) || digest.hex().startsWith(version);
  }

  /**
   * The version of the server.
   *
   * @throws NoSuchThing when there is none, or several begin so
   */
  DatasetVersion find(Connection server) {
    var found =
        server.api(Datasets.class).versions(server.project(), dataset).stream()
            .filter(each -> means(each.number(), each.digest()))
            .toList();
    if (found.size() != 1) {
      throw new NoSuchThing(
          "version of dataset " + dataset,
          version,
          found.isEmpty()
              ? "run 'fovea dataset log %s' to see those that exist".formatted(dataset)
              : "give more digits: %d versions begin with these".formatted(found.size()));
    }
    return found.getFirst();
  }

  @Override
  public String toString() {
    return dataset + "@" + version;
  }
}
