package dev.fovea.pipelines.release;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.LineageNode;
import dev.fovea.kernel.LineageNode.Kind;
import dev.fovea.kernel.Name;
import dev.fovea.registry.ModelVersion.Format;
import dev.fovea.teamfile.Gate;
import dev.fovea.teamfile.Sweep;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * Everything that goes into a release, fixed when it starts.
 *
 * @param parity the recording that the exported model must repeat, where there is one
 * @param policyText the object with the {@code fovea.yaml} that holds
 */
record Order(
    Name project,
    Name model,
    int number,
    Digest modelDigest,
    Format format,
    Optional<Digest> parity,
    Name datasetName,
    Digest dataset,
    int datasetNumber,
    GitCommit policy,
    Digest policyText,
    String requestedBy,
    Instant started) {
  /**
   * Of what decides the outcome: who asked and when does not, and neither does a commit that leaves
   * the policy's text as it is.
   */
  Digest digest() {
    var canonical =
        "fovea-release-1 %s %s %d %s %s %s %s"
            .formatted(
                project,
                model,
                number,
                modelDigest,
                parity.map(Digest::toString).orElse("-"),
                dataset,
                policyText);
    return Digest.sha256(canonical.getBytes(StandardCharsets.UTF_8));
  }

  LineageNode releaseNode() {
    return new LineageNode(Kind.RELEASE, digest(), "release of %s %d".formatted(model, number));
  }

  LineageNode modelNode() {
    return new LineageNode(Kind.MODEL_VERSION, modelDigest, "%s %d".formatted(model, number));
  }

  LineageNode datasetNode() {
    return new LineageNode(
        Kind.DATASET_VERSION, dataset, "%s %d".formatted(datasetName, datasetNumber));
  }

  LineageNode commitNode() {
    return LineageNode.named(Kind.COMMIT, policy.sha(), "commit " + policy.abbreviated());
  }

  LineageNode variantNode(Gate.Variant form, Digest digest) {
    return new LineageNode(
        Kind.VARIANT, digest, "%s %d %s".formatted(model, number, written(form)));
  }

  LineageNode evaluationNode(Gate.Variant form, Digest digest) {
    return new LineageNode(
        Kind.EVALUATION, digest, "evaluation of %s %d %s".formatted(model, number, written(form)));
  }

  LineageNode sweepNode(Gate gate, Sweep sweep, Digest digest) {
    return new LineageNode(
        Kind.EVALUATION,
        digest,
        "evaluation of %s %d %s under %s"
            .formatted(model, number, written(gate.of()), sweep.kind().written()));
  }

  static String written(Gate.Variant form) {
    return form.name().toLowerCase(Locale.ROOT);
  }
}
