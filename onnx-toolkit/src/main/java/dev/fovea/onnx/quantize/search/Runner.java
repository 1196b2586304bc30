package dev.fovea.onnx.quantize.search;

import static java.util.Objects.requireNonNull;

import dev.fovea.onnx.quantize.search.Front.Left;
import dev.fovea.onnx.quantize.search.Front.Point;
import dev.fovea.onnx.quantize.search.Front.Reason;
import dev.fovea.onnx.quantize.search.Front.Standing;
import dev.fovea.onnx.quantize.search.LatencyProbe.Latency;
import dev.fovea.vision.metrics.bootstrap.BootstrapInterval;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A candidate in the race. */
final class Runner<A> {
  final Candidate candidate;
  final Path file;
  final long bytes;

  /** Its bytes after compression; 0 where they do not count. */
  final long packed;

  final Latency latency;
  final List<A> answers = new ArrayList<>();
  private @Nullable BootstrapInterval drop;
  private boolean sure;

  Runner(Candidate candidate, Path file, long bytes, long packed, Latency latency) {
    this.candidate = candidate;
    this.file = file;
    this.bytes = bytes;
    this.packed = packed;
    this.latency = latency;
  }

  /** Its drop on the images so far. */
  BootstrapInterval drop() {
    return requireNonNull(drop);
  }

  boolean isMeasured() {
    return drop != null;
  }

  void looked(BootstrapInterval measured, double budget) {
    drop = measured;
    // What was sure once stays so: that is what the looks together are right in.
    sure |= measured.high() <= budget;
  }

  boolean isSure() {
    return sure;
  }

  /** Whether this one is at least as good in drop, time and sizes, and better in one. */
  boolean dominates(Runner<A> other) {
    boolean asGood =
        drop().estimate() <= other.drop().estimate()
            && latency.p50() <= other.latency.p50()
            && bytes <= other.bytes
            && packed <= other.packed;
    return asGood
        && (drop().estimate() < other.drop().estimate()
            || latency.p50() < other.latency.p50()
            || bytes < other.bytes
            || packed < other.packed);
  }

  boolean equals(Runner<A> other) {
    return drop().estimate() == other.drop().estimate()
        && latency.p50() == other.latency.p50()
        && bytes == other.bytes
        && packed == other.packed;
  }

  Left left(Reason reason, String why) {
    return new Left(
        candidate.name(),
        candidate.how(),
        candidate.keptInFloat(),
        reason,
        answers.size(),
        Optional.ofNullable(drop),
        why);
  }

  Point point(boolean isFloat) {
    return new Point(
        candidate.name(),
        candidate.how(),
        candidate.keptInFloat(),
        sure ? Standing.SURE : Standing.LIKELY,
        drop(),
        latency,
        bytes,
        packed > 0 ? OptionalLong.of(packed) : OptionalLong.empty(),
        isFloat ? Optional.empty() : Optional.of(file));
  }
}
