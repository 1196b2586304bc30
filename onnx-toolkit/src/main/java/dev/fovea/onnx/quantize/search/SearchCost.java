package dev.fovea.onnx.quantize.search;

import java.time.Duration;
import java.util.Locale;

/**
 * What a search takes, known before it starts. Candidates that are stopped early make it less.
 *
 * @param candidates how many models are tried at most, besides the float model
 * @param quantizations how many models are made
 * @param profiles how many models are timed, the float model among them
 * @param inferences how many times a model is asked about an image at most, that of the ranking
 *     included
 * @param bytes of model files that are there at the same time at most
 * @param estimate how long, from what the float model took for some images, at most
 */
public record SearchCost(
    int candidates,
    int quantizations,
    int profiles,
    long inferences,
    long bytes,
    Duration estimate) {
  /** It in a sentence. */
  public String words() {
    double seconds = estimate.toMillis() / 1e3;
    return String.format(
        Locale.ROOT,
        "at most %d candidates: %d models made, %d timed, %,d inferences, %.1f MiB on disk, about"
            + " %s",
        candidates,
        quantizations,
        profiles,
        inferences,
        bytes / (double) (1 << 20),
        seconds < 90
            ? "%.0f s".formatted(Math.max(1, seconds))
            : "%.0f min".formatted(seconds / 60));
  }
}
