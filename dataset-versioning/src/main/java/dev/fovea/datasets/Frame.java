package dev.fovea.datasets;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import java.time.Instant;
import java.util.List;

/**
 * An image that a deployed model saw.
 *
 * @param image the object that holds its bytes
 * @param model the model that answered
 * @param variant the file that answered
 * @param arm {@code stable} or {@code canary}
 * @param answer the class it gave
 * @param confidence of that class, 0 to 1
 * @param margin confidence less that of the second class, 0 to 1
 * @param probabilities one a class, in the model's order
 * @param reason why it was captured: {@code unsure} or {@code audit}
 */
public record Frame(
    Digest image,
    Name model,
    Digest variant,
    String arm,
    String answer,
    double confidence,
    double margin,
    List<Double> probabilities,
    String reason,
    Instant seen) {}
