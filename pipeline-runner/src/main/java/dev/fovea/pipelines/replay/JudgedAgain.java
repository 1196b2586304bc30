package dev.fovea.pipelines.replay;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.lab.Profile;
import dev.fovea.pipelines.LocalCheck;
import dev.fovea.pipelines.Measures;
import dev.fovea.pipelines.Release;
import dev.fovea.pipelines.Replay.Archive;
import dev.fovea.pipelines.Replayed.Again;
import dev.fovea.pipelines.Replayed.Change;
import dev.fovea.pipelines.Replayed.Standing;
import dev.fovea.pipelines.Replayed.Unmeasured;
import dev.fovea.pipelines.Verdict;
import dev.fovea.pipelines.Verdict.Outcome;
import dev.fovea.pipelines.Verdict.Ruling;
import dev.fovea.pipelines.evaluate.UnderFault;
import dev.fovea.pipelines.gate.Evidence;
import dev.fovea.pipelines.gate.Judge;
import dev.fovea.teamfile.Gate;
import dev.fovea.teamfile.Gate.Variant;
import dev.fovea.teamfile.ReleaseSpec;
import dev.fovea.teamfile.TeamFile;
import dev.fovea.teamfile.TeamFileProblem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** One release under another policy than its own. */
public final class JudgedAgain {
  private final Release release;
  private final ReleaseSpec now;
  private final Measures measures;
  private final Fetched fetched;
  private final List<Unmeasured> unmeasured = new ArrayList<>();

  private JudgedAgain(Release release, ReleaseSpec now, Measures measures, Fetched fetched) {
    this.release = release;
    this.now = now;
    this.measures = measures;
    this.fetched = fetched;
  }

  /**
   * Holds what a release recorded against a policy.
   *
   * @throws dev.fovea.kernel.Problem when the archive does not answer, or gives what is no
   *     evaluation
   */
  public static Again of(Release release, ReleaseSpec now, Archive archive, Fetched fetched)
      throws IOException {
    if (release.verdict().isEmpty()) {
      return notJudged(
          release,
          release.state() == Release.State.REFUSED ? Standing.REFUSED : Standing.UNKNOWN,
          "it came to no gate: " + release.reason());
    }
    try {
      var measures = archive.measures(release.digest());
      return new JudgedAgain(release, now, measures, fetched).judged();
    } catch (TeamFileProblem problem) {
      return notJudged(
          release,
          then(release),
          "its own policy is one that this version does not read: " + problem.explanation());
    }
  }

  private Again judged() throws IOException {
    var fp32 = measures.form(Variant.FP32);
    var int8 = measures.form(Variant.INT8);
    if (fp32.isEmpty() || int8.isEmpty()) {
      return notJudged(
          release,
          then(release),
          "the server no longer has what it measured; 'fovea promote %s %d' measures it anew"
              .formatted(release.model(), release.number()));
    }
    var then = LocalCheck.release(TeamFile.parse(measures.policy()));
    var obstacles = new Obstacles(measures, then, now);
    var measured = measured(obstacles);
    var rulings = measured.isEmpty() ? List.<Ruling>of() : rulings(measured, obstacles);
    var standing = standing(rulings);
    return new Again(
        release.digest(),
        release.model(),
        release.number(),
        release.started(),
        release.dataset(),
        release.policy(),
        then(release),
        standing,
        change(then(release), standing),
        "",
        rulings,
        unmeasured,
        refusals(release),
        notes(then));
  }

  /** The rules that can be judged; the others are noted. */
  private List<Gate> measured(Obstacles obstacles) {
    var measured = new ArrayList<Gate>();
    for (var gate : now.gates()) {
      obstacles
          .to(gate)
          .ifPresentOrElse(why -> unmeasured.add(unmeasured(gate, why)), () -> measured.add(gate));
    }
    return measured;
  }

  private Unmeasured unmeasured(Gate gate, String why) {
    return new Unmeasured(
        Judge.rule(gate),
        gate.line(),
        why,
        "'fovea check' measures it of a model file; once the policy is pushed, 'fovea promote %s %d' does"
            .formatted(release.model(), release.number()));
  }

  private List<Ruling> rulings(List<Gate> gates, Obstacles obstacles) throws IOException {
    var forms = new EnumMap<Variant, Evidence.Form>(Variant.class);
    for (var form : measures.forms()) {
      forms.put(
          form.variant(),
          new Evidence.Form(
              fetched.evaluation(release.digest(), form.evaluation()),
              form.size(),
              form.profiles().stream()
                  .collect(
                      Collectors.toMap(
                          Profile::device, Function.identity(), (first, _) -> first))));
    }
    requireTheSameImages(new Evidence(forms));
    var sweeps = new HashMap<Gate, UnderFault>();
    for (var gate : gates) {
      var swept = obstacles.swept(gate);
      if (swept.isPresent()) {
        sweeps.put(gate, fetched.sweep(release.digest(), swept.get().evaluation()));
      }
    }
    return Judge.on(gates, new Evidence(forms, sweeps)).rulings().stream()
        .map(Ruling::withoutFrames)
        .toList();
  }

  /** The gates pair the answers of both variants by their place. */
  private void requireTheSameImages(Evidence evidence) {
    int fp32 = evidence.of(Variant.FP32).evaluation().size();
    int int8 = evidence.of(Variant.INT8).evaluation().size();
    if (fp32 != int8) {
      throw new InvalidRequest(
          "release %s has evaluations of %d and %d images (expected: the same)"
              .formatted(release.digest().abbreviated(), fp32, int8),
          "ask the server that judged it; its store holds what no release job writes");
    }
  }

  /** A rule that fails decides, whatever the others would say. */
  private Standing standing(List<Ruling> rulings) {
    if (rulings.stream().anyMatch(ruling -> ruling.outcome() != Outcome.PASS)) {
      return Standing.REFUSED;
    }
    return unmeasured.isEmpty() ? Standing.PASSED : Standing.UNKNOWN;
  }

  private List<String> notes(ReleaseSpec then) {
    return now.parity() == then.parity()
        ? List.of()
        : List.of(
            "'parity' is %s and was %s: what a release repeats of its recording is not judged again"
                .formatted(now.parity(), then.parity()));
  }

  private static Change change(Standing then, Standing now) {
    if (then == Standing.UNKNOWN || now == Standing.UNKNOWN) {
      return Change.UNKNOWN;
    }
    if (then == now) {
      return Change.SAME;
    }
    return now == Standing.REFUSED ? Change.WORSE : Change.BETTER;
  }

  private static Standing then(Release release) {
    return release
        .verdict()
        .map(verdict -> verdict.passed() ? Standing.PASSED : Standing.REFUSED)
        .orElse(Standing.UNKNOWN);
  }

  private static List<Ruling> refusals(Release release) {
    return release.verdict().map(Verdict::rulings).orElse(List.of()).stream()
        .filter(ruling -> ruling.outcome() != Outcome.PASS)
        .map(Ruling::withoutFrames)
        .toList();
  }

  private static Again notJudged(Release release, Standing then, String why) {
    return new Again(
        release.digest(),
        release.model(),
        release.number(),
        release.started(),
        release.dataset(),
        release.policy(),
        then,
        Standing.UNKNOWN,
        Change.UNKNOWN,
        why,
        List.of(),
        List.of(),
        refusals(release),
        List.of());
  }
}
