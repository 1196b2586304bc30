package dev.fovea.rollouts.kubernetes.routes;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.Map;
import java.util.UUID;

/**
 * What one pod has counted, as a model server answers {@code GET /arm}: counts that only grow.
 *
 * @param boot names the process
 * @param upMillis for how long it has counted
 * @param total requests that named no version
 * @param underWay requests that are being answered now
 * @param latencies of the good answers of {@code total}, by {@link dev.fovea.kernel.LatencyBuckets
 *     bucket}
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
    Map<Integer, Long> confidences) {
  Reading {
    latencies = Map.copyOf(latencies);
    confidences = Map.copyOf(confidences);
  }
}
