package dev.fovea.lab;

import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was measured: a model file on a device, one request after another (LoadGen's single stream).
 *
 * @param digest of the measured facts
 * @param model the ONNX file's digest
 * @param latencies of one inference
 * @param warmUp how many inferences were thrown away first
 * @param samples how many were kept
 * @param throughput inferences a second
 * @param memory how much the process grew while the model was loaded and ran
 * @param trace the latencies in the order they were taken, thinned to at most 240, in milliseconds
 * @param steady whether the second half agrees with the first (within 10 % at the median)
 * @param seal by the device's own key, where its agent runs elsewhere
 */
public record Profile(
    Digest digest,
    Name device,
    Digest model,
    Latencies latencies,
    int warmUp,
    int samples,
    double throughput,
    ByteSize memory,
    List<Double> trace,
    boolean steady,
    Map<String, String> facts,
    Instant at,
    Optional<Seal> seal) {
  /** The same, sealed by the device that measured it. */
  public Profile sealed(Seal by) {
    return new Profile(
        digest,
        device,
        model,
        latencies,
        warmUp,
        samples,
        throughput,
        memory,
        trace,
        steady,
        facts,
        at,
        Optional.of(by));
  }

  /**
   * What ties a profile to its device: the profile's digest names the statement that the device
   * signed, and the lab checked the signature before it kept either.
   *
   * @param key the digest of the device's public key (SubjectPublicKeyInfo)
   * @param facts the digest of the facts, sorted by name, as JSON
   * @param signature Ed25519, of the statement as DSSE frames it, in base64
   */
  public record Seal(Digest key, Digest facts, String signature) {}

  /** Each quantile with its 95 % interval from order statistics. */
  public record Latencies(Interval p50, Interval p90, Interval p99) {}

  /**
   * A quantile in milliseconds and the interval that holds it with 95 % confidence; {@code high} is
   * infinite where the sample is too small for an upper end.
   */
  public record Interval(double value, double low, double high) {}
}
