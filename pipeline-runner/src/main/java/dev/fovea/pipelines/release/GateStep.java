package dev.fovea.pipelines.release;

import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.LineageLinked;
import dev.fovea.kernel.LineageNode;
import dev.fovea.kernel.Name;
import dev.fovea.lab.Lab;
import dev.fovea.lab.Profile;
import dev.fovea.pipelines.PrecisionFront;
import dev.fovea.pipelines.Verdict;
import dev.fovea.pipelines.evaluate.Evaluation;
import dev.fovea.pipelines.evaluate.UnderFault;
import dev.fovea.pipelines.gate.Comparing;
import dev.fovea.pipelines.gate.Costs;
import dev.fovea.pipelines.gate.Evidence;
import dev.fovea.pipelines.gate.Judge;
import dev.fovea.pipelines.job.JobStep;
import dev.fovea.pipelines.job.Outcome;
import dev.fovea.pipelines.precision.PrecisionSearch;
import dev.fovea.store.ObjectStore;
import dev.fovea.teamfile.Gate;
import dev.fovea.teamfile.Gate.Variant;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/** Holds everything that was measured against the rules. A no is a result like a yes. */
final class GateStep implements JobStep<ReleaseState> {
  static final String NAME = "gate";

  private static final long LIMIT_VERDICT_BYTES = 16L << 20;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Lab lab;
  private final ObjectStore objects;

  GateStep(Lab lab, ObjectStore objects) {
    this.lab = lab;
    this.objects = objects;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Outcome run(ReleaseState state) throws IOException {
    var links = new ArrayList<LineageLinked>();
    var forms = new EnumMap<Variant, Evidence.Form>(Variant.class);
    for (var form : Variant.values()) {
      var evaluation = state.evaluation(form);
      var profiles = profiles(state, form);
      var size = new ByteSize(objects.size(state.variant(form)));
      forms.put(form, new Evidence.Form(Evaluation.read(objects, evaluation), size, profiles));
      links.add(arrow(state, state.order().evaluationNode(form, evaluation), "judged by"));
      profiles.values().forEach(profile -> links.add(arrow(state, node(profile), "judged by")));
    }
    var sweeps = new HashMap<Gate, UnderFault>();
    for (var swept : state.sweeps()) {
      sweeps.put(swept.gate(), UnderFault.read(objects, swept.evaluation()));
      links.add(arrow(state, swept.node(state.order()), "judged by"));
    }
    var evidence = new Evidence(forms, sweeps);
    var verdict =
        Judge.on(state.spec().gates(), evidence)
            .with(front(state))
            .withCosts(Costs.reading(state.spec(), evidence))
            .withComparison(Optional.of(Comparing.of(evidence)));
    state.verdict(objects.put(JSON.writeValueAsString(verdict).getBytes(StandardCharsets.UTF_8)));
    return new Outcome.Done(summary(verdict), links);
  }

  private Optional<PrecisionFront> front(ReleaseState state) throws IOException {
    var chosen = state.chosen();
    return chosen.isPresent()
        ? Optional.of(PrecisionSearch.Chosen.read(objects, chosen.get()).front())
        : Optional.empty();
  }

  /** The verdict that a release came to. */
  static Verdict read(ObjectStore objects, Digest digest) throws IOException {
    return JSON.readValue(objects.bytes(digest, LIMIT_VERDICT_BYTES), Verdict.class);
  }

  /** How many rules passed, and what the others say. */
  static String summary(Verdict verdict) {
    var refused =
        verdict.rulings().stream()
            .filter(ruling -> ruling.outcome() != Verdict.Outcome.PASS)
            .toList();
    int passed = verdict.rulings().size() - refused.size();
    var count = "%d of %d rules passed".formatted(passed, verdict.rulings().size());
    return refused.isEmpty()
        ? count
        : count
            + ": "
            + refused.stream().map(Verdict.Ruling::explanation).collect(Collectors.joining("; "));
  }

  private Map<Name, Profile> profiles(ReleaseState state, Variant form) {
    var profiles = new HashMap<Name, Profile>();
    for (var device : state.devices()) {
      state
          .profileJob(form, device)
          .flatMap(job -> lab.job(job).profile())
          .ifPresent(profile -> profiles.put(device, profile));
    }
    return profiles;
  }

  private static LineageNode node(Profile profile) {
    return new LineageNode(
        LineageNode.Kind.PROFILE, profile.digest(), "profile on " + profile.device());
  }

  private static LineageLinked arrow(ReleaseState state, LineageNode from, String verb) {
    return new LineageLinked(
        state.order().project(),
        from,
        verb,
        state.order().releaseNode(),
        Clock.systemUTC().instant());
  }
}
