package dev.fovea.onnx.precision;

import java.util.List;
import java.util.Locale;

/**
 * How far one output is from the expected one. Elements that are not finite in either are left out
 * of the measures and counted apart.
 *
 * @param maxAbsolute largest difference of an element
 * @param maxRelative that difference divided by the largest magnitude in the expected output;
 *     infinite if the expected output is all zero and the actual one is not
 * @param cosine cosine of the angle between the two; 1 if both are all zero, 0 if one is
 * @param decibels signal to noise: {@code 20 log10(|expected| / |expected - actual|)}, see {@link
 *     SignalToNoise}
 * @param worstIndex where the largest difference is: one number per axis; empty for no elements
 * @param expectedThere the expected value at that place
 * @param actualThere the actual value at that place
 * @param nonFinite places where one is NaN or infinite and the other is not the same
 */
public record OutputDifference(
    String output,
    double maxAbsolute,
    double maxRelative,
    double cosine,
    double decibels,
    List<Long> worstIndex,
    float expectedThere,
    float actualThere,
    long nonFinite) {

  public OutputDifference {
    worstIndex = List.copyOf(worstIndex);
  }

  boolean within(Tolerance tolerance) {
    return nonFinite == 0
        && maxAbsolute <= tolerance.maxAbsolute()
        && maxRelative <= tolerance.maxRelative()
        && cosine >= tolerance.minCosine();
  }

  /** One line with all values. */
  public String describe() {
    var measures =
        String.format(
            Locale.ROOT,
            "output '%s': max abs %.3g, max rel %.3g, cosine %.6f, SNR %.1f dB",
            output,
            maxAbsolute,
            maxRelative,
            cosine,
            decibels);
    var place =
        maxAbsolute > 0
            ? ", worst at %s: %s (expected: %s)".formatted(worstIndex, actualThere, expectedThere)
            : "";
    var broken =
        nonFinite > 0 ? ", %d elements NaN or infinite in only one".formatted(nonFinite) : "";
    return measures + place + broken;
  }
}
