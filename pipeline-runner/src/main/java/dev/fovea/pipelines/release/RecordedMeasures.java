package dev.fovea.pipelines.release;

import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.lab.Lab;
import dev.fovea.lab.Profile;
import dev.fovea.pipelines.Measures;
import dev.fovea.pipelines.Measures.Form;
import dev.fovea.pipelines.Measures.Swept;
import dev.fovea.pipelines.job.BatchRuns;
import dev.fovea.store.ObjectStore;
import dev.fovea.teamfile.Gate.Variant;
import dev.fovea.teamfile.TeamFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.batch.core.step.StepExecution;

/** Reads what a release measured from what its job left. Measures nothing. */
final class RecordedMeasures {
  private static final long LIMIT_POLICY_BYTES = 1 << 20;

  private final BatchRuns runs;
  private final Orders orders;
  private final Lab lab;
  private final ObjectStore objects;

  RecordedMeasures(BatchRuns runs, Orders orders, Lab lab, ObjectStore objects) {
    this.runs = runs;
    this.orders = orders;
    this.lab = lab;
    this.objects = objects;
  }

  /**
   * What it measured so far; what is no longer in the store is left out.
   *
   * @throws dev.fovea.teamfile.TeamFileProblem when its policy is one that this version refuses
   */
  Measures of(Digest release) throws IOException {
    var order = orders.load(release);
    var policy = policy(order);
    var found = state(order, policy);
    if (found.isEmpty()) {
      return new Measures(release, policy, List.of(), List.of());
    }
    var state = found.get();
    var forms = new ArrayList<Form>();
    for (var variant : Variant.values()) {
      form(state, variant).ifPresent(forms::add);
    }
    var sweeps = new ArrayList<Swept>();
    for (var swept : state.sweepsIfMade()) {
      if (objects.exists(swept.evaluation())) {
        sweeps.add(
            new Swept(swept.gate().of(), swept.sweep(), swept.gate().slice(), swept.evaluation()));
      }
    }
    return new Measures(release, policy, forms, sweeps);
  }

  /** Whether this object is in the store and an evaluation of the release. */
  boolean hold(Digest release, Digest evaluation) throws IOException {
    var order = orders.load(release);
    return state(order, policy(order)).stream()
            .flatMap(state ->
                Stream.concat(
                    Stream.of(Variant.values())
                        .flatMap(form -> state.evaluationIfMade(form).stream()),
                    state.sweepsIfMade().stream().map(ReleaseState.Swept::evaluation)))
            .anyMatch(evaluation::equals)
        && objects.exists(evaluation);
  }

  private String policy(Order order) throws IOException {
    return new String(
        objects.bytes(order.policyText(), LIMIT_POLICY_BYTES), StandardCharsets.UTF_8);
  }

  /** Absent where the job never ran. */
  private Optional<ReleaseState> state(Order order, String policy) {
    return runs.last(ReleaseJob.NAME, order.digest())
        .map(run ->
            new ReleaseState(
                order, TeamFile.parse(policy), new StepExecution(0, "read", run), (_, _) -> {}));
  }

  private Optional<Form> form(ReleaseState state, Variant variant) throws IOException {
    var model = state.variantIfMade(variant);
    var evaluation = state.evaluationIfMade(variant);
    if (model.isEmpty()
        || evaluation.isEmpty()
        || !objects.exists(model.get())
        || !objects.exists(evaluation.get())) {
      return Optional.empty();
    }
    return Optional.of(
        new Form(
            variant,
            evaluation.get(),
            new ByteSize(objects.size(model.get())),
            profiles(state, variant)));
  }

  private List<Profile> profiles(ReleaseState state, Variant variant) {
    return state.devices().stream()
        .flatMap(device -> state.profileJob(variant, device).stream())
        .flatMap(job -> profile(job).stream())
        .toList();
  }

  /** A lab that has forgotten the job has nothing to say about it. */
  private Optional<Profile> profile(Digest job) {
    try {
      return lab.job(job).profile();
    } catch (NoSuchThing _) {
      return Optional.empty();
    }
  }
}
