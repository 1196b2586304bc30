package dev.fovea.rollouts.kubernetes.routes;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.fovea.rollouts.judge.Copies;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What one pod has counted, as a model server answers {@code GET /arm} of its own answers, and
 * {@code GET /arm/shadow} of the copies that it sends: counts that only grow.
 *
 * @param boot names the process, or the target of its copies
 * @param upMillis for how long it has counted
 * @param total requests that named no version
 * @param underWay requests that are being answered now
 * @param latencies of the good answers of {@code total}, by {@link dev.fovea.kernel.LatencyBuckets
 *     bucket}
 * @param copies what became of copies besides; none among a pod's own answers
 * @param confidences of the {@code rated}, by whole thousandths; -1 holds those that are no numbers
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record Reading(
    UUID boot,
    long upMillis,
    long answered,
    long failed,
    long total,
    long errors,
    long rated,
    long underWay,
    Map<Integer, Long> latencies,
    Map<Integer, Long> confidences,
    Copies copies) {
  Reading(
      UUID boot,
      long upMillis,
      long answered,
      long failed,
      long total,
      long errors,
      long rated,
      long underWay,
      Map<Integer, Long> latencies,
      Map<Integer, Long> confidences,
      @Nullable Copies copies) {
    this.boot = boot;
    this.upMillis = upMillis;
    this.answered = answered;
    this.failed = failed;
    this.total = total;
    this.errors = errors;
    this.rated = rated;
    this.underWay = underWay;
    this.latencies = Map.copyOf(latencies);
    this.confidences = Map.copyOf(confidences);
    this.copies = copies == null ? Copies.NONE : copies;
  }

  Reading with(Copies newCopies) {
    return new Reading(
        boot,
        upMillis,
        answered,
        failed,
        total,
        errors,
        rated,
        underWay,
        latencies,
        confidences,
        newCopies);
  }
}
