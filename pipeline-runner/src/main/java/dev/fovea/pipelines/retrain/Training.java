package dev.fovea.pipelines.retrain;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.LineageNode;
import dev.fovea.kernel.LineageNode.Kind;
import dev.fovea.kernel.Name;
import dev.fovea.registry.ModelVersion.Format;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * Everything that goes into a retraining, fixed when it starts.
 *
 * @param from the number of the model version that it starts from
 * @param fromDigest that version's file
 * @param policyText the object with the {@code fovea.yaml} that holds
 */
record Training(
    Name project,
    Name model,
    int from,
    Digest fromDigest,
    Format format,
    Name datasetName,
    Digest dataset,
    int datasetNumber,
    Digest policyText,
    Instant started) {
  Digest digest() {
    var canonical =
        "fovea-retrain-1 %s %s %s %s %s".formatted(project, model, fromDigest, dataset, policyText);
    return Digest.sha256(canonical.getBytes(StandardCharsets.UTF_8));
  }

  LineageNode datasetNode() {
    return new LineageNode(
        Kind.DATASET_VERSION, dataset, "%s %d".formatted(datasetName, datasetNumber));
  }
}
