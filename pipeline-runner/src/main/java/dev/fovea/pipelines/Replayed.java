package dev.fovea.pipelines;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.Name;
import dev.fovea.pipelines.Verdict.Outcome;
import dev.fovea.pipelines.Verdict.Ruling;
import java.time.Instant;
import java.util.List;

/**
 * What a policy says of releases that were judged under others.
 *
 * @param model the one that the policy releases
 * @param asked how many releases were asked for
 * @param releases those of the model, newest first, at most as many
 */
public record Replayed(Name model, int asked, List<Again> releases) {
  public Replayed {
    releases = List.copyOf(releases);
  }

  /** How a release stands under a policy. */
  public enum Standing {
    /** Every rule passes. */
    PASSED,
    /** A rule does not pass. */
    REFUSED,
    /** There is no verdict, or it hangs on a rule whose measure was not recorded. */
    UNKNOWN
  }

  /** What a policy makes of a release that its own had judged. */
  public enum Change {
    SAME,
    /** It passed, and would be refused. */
    WORSE,
    /** It was refused, and would pass. */
    BETTER,
    /** One of both verdicts is not known. */
    UNKNOWN
  }

  /**
   * A release, judged again.
   *
   * @param number the model version's
   * @param dataset the dataset version that it was measured on
   * @param policy the commit whose {@code fovea.yaml} held
   * @param why it was not judged again; empty where it was
   * @param rulings what the policy says to what was recorded, in its order, without images
   * @param unmeasured its rules whose measure was not recorded
   * @param refusals the rules of its own policy that it did not pass, without images
   * @param notes what else of the policy differs and is not judged again
   */
  public record Again(
      Digest release,
      Name model,
      int number,
      Instant started,
      Digest dataset,
      GitCommit policy,
      Standing then,
      Standing now,
      Change change,
      String why,
      List<Ruling> rulings,
      List<Unmeasured> unmeasured,
      List<Ruling> refusals,
      List<String> notes) {
    public Again {
      rulings = List.copyOf(rulings);
      unmeasured = List.copyOf(unmeasured);
      refusals = List.copyOf(refusals);
      notes = List.copyOf(notes);
    }

    /** The rules of the policy that it does not pass. */
    public List<Ruling> refusalsNow() {
      return rulings.stream().filter(ruling -> ruling.outcome() != Outcome.PASS).toList();
    }
  }

  /**
   * A rule whose measure a release did not record.
   *
   * @param rule in words
   * @param line in the policy
   * @param why it could not be measured
   * @param remedy what measures it
   */
  public record Unmeasured(String rule, int line, String why, String remedy) {}

  /** How many came to this. */
  public long count(Change change) {
    return releases.stream().filter(release -> release.change() == change).count();
  }

  /** Whether the policy has a verdict on any of them. */
  public boolean judged() {
    return releases.stream().anyMatch(release -> release.now() != Standing.UNKNOWN);
  }
}
