package dev.fovea.labels.split;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Text;
import dev.fovea.labels.Decimals;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * How large each split is to be.
 *
 * @param shares of all images, each more than 0, by split, in the order in which they fill 0 to 1;
 *     1 in all
 */
public record Ratios(Map<String, Double> shares) {
  private static final String EXAMPLE = "write train=0.8,val=0.1,test=0.1";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");
  private static final double ROUNDING = 1e-9;

  public Ratios {
    shares = Collections.unmodifiableMap(new LinkedHashMap<>(shares));
    shares.forEach((name, share) -> {
      if (!NAME.matcher(name).matches()) {
        throw new InvalidRequest(
            "split '%s' (expected: letters, digits, - and _)".formatted(Text.excerpt(name)),
            EXAMPLE);
      }
      if (!(share > 0 && share <= 1)) {
        throw new InvalidRequest(
            "%s=%s (expected: more than 0, at most 1)".formatted(name, share), EXAMPLE);
      }
    });
    double sum = shares.values().stream().mapToDouble(Double::doubleValue).sum();
    if (!(Math.abs(sum - 1) <= ROUNDING)) {
      throw new InvalidRequest("shares of %s in all (expected: 1)".formatted(sum), EXAMPLE);
    }
  }

  /** Reads {@code train=0.8,val=0.1,test=0.1}. */
  public static Ratios parse(String text) {
    var shares = new LinkedHashMap<String, Double>();
    for (var part : text.split(",", -1)) {
      int equals = part.indexOf('=');
      var share =
          Decimals.parse(part.substring(equals + 1).strip())
              .orElseThrow(() ->
                  new InvalidRequest(
                      "'%s' (expected: a split and its share)".formatted(Text.excerpt(part)),
                      EXAMPLE));
      if (shares.put(part.substring(0, Math.max(0, equals)).strip(), share) != null) {
        throw new InvalidRequest("'%s' names a split twice".formatted(Text.excerpt(text)), EXAMPLE);
      }
    }
    return new Ratios(shares);
  }

  /**
   * The split that a point is in.
   *
   * @param point from 0 to less than 1
   */
  String at(double point) {
    double end = 0;
    var last = "";
    for (var each : shares.entrySet()) {
      end += each.getValue();
      last = each.getKey();
      if (point < end) {
        return last;
      }
    }
    return last; // sums of fractions may end just below 1
  }
}
