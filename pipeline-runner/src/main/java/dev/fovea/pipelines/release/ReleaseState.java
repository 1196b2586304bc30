package dev.fovea.pipelines.release;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.LineageNode;
import dev.fovea.kernel.Name;
import dev.fovea.teamfile.FeedbackSpec;
import dev.fovea.teamfile.Gate;
import dev.fovea.teamfile.ReleaseSpec;
import dev.fovea.teamfile.Sweep;
import dev.fovea.teamfile.TeamFile;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.infrastructure.item.ExecutionContext;

/**
 * What a release has come to so far; the only class that knows under which keys Spring Batch keeps
 * it. Outputs are the job's; the parts of an evaluation are the step's own, saved after each.
 */
final class ReleaseState {
  private static final String PARTS = "parts";
  private static final String AWAITS = "awaits";
  private static final String VERDICT = "verdict";
  private static final String ROLLOUT = "rollout";
  private static final String CHOSEN = "chosen";

  private final Order order;
  private final TeamFile policy;
  private final ReleaseSpec spec;
  private final ExecutionContext job;
  private final ExecutionContext step;
  private final Progress progress;

  /** Tells people how far a long step is. */
  @FunctionalInterface
  interface Progress {
    void at(double share, String summary);

    /** What a search is going to take, before it starts. */
    default void cost(String words) {
      at(0, words);
    }
  }

  ReleaseState(Order order, TeamFile policy, StepExecution execution, Progress progress) {
    this.order = order;
    this.policy = policy;
    this.spec =
        policy.release().orElseThrow(() -> new IllegalStateException("policy without a release"));
    this.job = execution.getJobExecution().getExecutionContext();
    this.step = execution.getExecutionContext();
    this.progress = progress;
  }

  Order order() {
    return order;
  }

  ReleaseSpec spec() {
    return spec;
  }

  FeedbackSpec feedback() {
    return policy.feedback();
  }

  Progress progress() {
    return progress;
  }

  /** The model file of this form, made by an earlier step. */
  Digest variant(Gate.Variant form) {
    return variantIfMade(form).orElseThrow(() -> missing(form + " model"));
  }

  Optional<Digest> variantIfMade(Gate.Variant form) {
    return digest(job, form.name());
  }

  void variant(Gate.Variant form, Digest digest) {
    job.putString(form.name(), digest.toString());
  }

  /** The object with the search that chose the INT8 model, where there was one. */
  Optional<Digest> chosen() {
    return digest(job, CHOSEN);
  }

  void chosen(Digest digest) {
    job.putString(CHOSEN, digest.toString());
  }

  Digest evaluation(Gate.Variant form) {
    return evaluationIfMade(form).orElseThrow(() -> missing("evaluation of " + form));
  }

  Optional<Digest> evaluationIfMade(Gate.Variant form) {
    return digest(job, "evaluation." + form);
  }

  void evaluation(Gate.Variant form, Digest digest) {
    job.putString("evaluation." + form, digest.toString());
  }

  /** The evaluation under a fault that a rule asks for, once there; by the rule's place. */
  Optional<Digest> sweep(int place) {
    return digest(job, "sweep." + place);
  }

  void sweep(int place, Digest digest) {
    job.putString("sweep." + place, digest.toString());
  }

  /** A rule about a fault, and the evaluation that was made for it. */
  record Swept(Gate gate, Sweep sweep, Digest evaluation) {
    LineageNode node(Order order) {
      return order.sweepNode(gate, sweep, evaluation);
    }
  }

  /** Every rule about a fault with its evaluation, made by an earlier step. */
  List<Swept> sweeps() {
    var gates = spec.gates();
    return IntStream.range(0, gates.size())
        .boxed()
        .flatMap(place ->
            gates
                .get(place)
                .sweep()
                .map(sweep ->
                    new Swept(
                        gates.get(place),
                        sweep,
                        sweep(place).orElseThrow(() -> missing("evaluation under a fault"))))
                .stream())
        .toList();
  }

  /** The same, of those whose evaluation is there. */
  List<Swept> sweepsIfMade() {
    var gates = spec.gates();
    return IntStream.range(0, gates.size())
        .boxed()
        .flatMap(place ->
            gates.get(place).sweep().stream()
                .flatMap(sweep ->
                    sweep(place).stream()
                        .map(evaluation -> new Swept(gates.get(place), sweep, evaluation))))
        .toList();
  }

  /** The profile job of this form on this device, once asked for. */
  Optional<Digest> profileJob(Gate.Variant form, Name device) {
    return digest(job, profileKey(form, device));
  }

  void profileJob(Gate.Variant form, Name device, Digest job) {
    this.job.putString(profileKey(form, device), job.toString());
  }

  void forgetProfileJob(Gate.Variant form, Name device) {
    job.remove(profileKey(form, device));
  }

  /** Every profile job asked for. */
  Collection<Digest> profileJobs() {
    return devices().stream()
        .flatMap(device ->
            Stream.of(Gate.Variant.values()).flatMap(form -> profileJob(form, device).stream()))
        .toList();
  }

  /** The devices that the rules name. */
  List<Name> devices() {
    return spec.gates().stream()
        .flatMap(gate -> gate.device().stream())
        .distinct()
        .sorted()
        .toList();
  }

  /** The object with the verdict, once there. */
  Optional<Digest> verdict() {
    return digest(job, VERDICT);
  }

  void verdict(Digest digest) {
    job.putString(VERDICT, digest.toString());
  }

  Optional<Digest> rollout() {
    return digest(job, ROLLOUT);
  }

  void rollout(Digest digest) {
    job.putString(ROLLOUT, digest.toString());
  }

  /** The parts of the evaluation that are done, in order. */
  List<Digest> parts() {
    var written = step.getString(PARTS, "");
    return written.isEmpty()
        ? List.of()
        : Arrays.stream(written.split(",")).map(Digest::parse).toList();
  }

  void addPart(Digest part) {
    var written = step.getString(PARTS, "");
    step.putString(PARTS, written.isEmpty() ? part.toString() : written + "," + part);
  }

  /** The order of the heavy job that this step waits for. */
  Optional<Digest> awaits() {
    return digest(step, AWAITS);
  }

  void awaits(Digest order) {
    step.putString(AWAITS, order.toString());
  }

  private static String profileKey(Gate.Variant form, Name device) {
    return "profile.%s.%s".formatted(form, device);
  }

  private static Optional<Digest> digest(ExecutionContext context, String key) {
    return context.containsKey(key)
        ? Optional.of(Digest.parse(context.getString(key)))
        : Optional.empty();
  }

  private static IllegalStateException missing(String what) {
    return new IllegalStateException(
        "release: no %s (expected: an earlier step made it)".formatted(what));
  }
}
