package dev.fovea.rollouts.judge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.teamfile.CanarySpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

/**
 * Whole rollouts in silico, each looked at after every window: 5, 25 and 50 percent, 200 canary
 * answers a stage, with and without a shadow stage of 10 percent before and a bake after, windows
 * of 10 to 60 answers, a load and a rate of unsure answers that swing as a day does. Seeded; the
 * figures are printed. Of a thousand rollouts 50 may go back by the promise; one that lets 8 % go
 * back would pass with some 3 of 10,000 seeds.
 */
class JudgeSimulationTest {
  private static final Duration TOLERANCE = Duration.ofMillis(1);
  private static final int ROLLOUTS = 1_000;

  /** What an arm's answers are like. */
  private record Arm(double errors, double unsure, double medianMillis) {}

  private record Outcome(boolean rolledBack, boolean beforeAnybodySawIt, long canaryAnswers) {}

  @Test
  void rollsBackEqualCanariesSeldomerThanPromised() {
    var arm = new Arm(0.01, 0.15, 8);
    var strict = spec(1.0);

    long worse = count(strict, arm, arm);

    System.out.printf("A/A with margin 1: %d of %d rolled back (allowed: 5 %%)%n", worse, ROLLOUTS);
    assertThat(worse).isLessThanOrEqualTo(50);
  }

  @Test
  void rollsBackCanariesAtTheMarginSeldomerThanPromised() {
    var stable = new Arm(0.01, 0.15, 8);
    double odds = 1.2 * 0.15 / 0.85;
    var atTheMargin = new Arm(0.01, odds / (1 + odds), 8);

    long worse = count(spec(1.2), stable, atTheMargin);

    System.out.printf("at the margin 1.2: %d of %d rolled back (allowed: 5 %%)%n", worse, ROLLOUTS);
    assertThat(worse).isLessThanOrEqualTo(50);
  }

  @Test
  void keepsThePromiseOverShadowCanaryAndBakeTogether() {
    var arm = new Arm(0.01, 0.15, 8);
    double odds = 1.2 * 0.15 / 0.85;
    var atTheMargin = new Arm(0.01, odds / (1 + odds), 8);

    long equal = count(whole(1.0), arm, arm);
    long atMargin = count(whole(1.2), arm, atTheMargin);

    System.out.printf(
        "shadow, canary and bake, A/A with margin 1: %d of %d rolled back, at the margin 1.2: %d (allowed: 5 %%)%n",
        equal, ROLLOUTS, atMargin);
    assertThat(equal).isLessThanOrEqualTo(50);
    assertThat(atMargin).isLessThanOrEqualTo(50);
  }

  @Test
  void findsMostBadCanariesBeforeTheyAnswerAnybody() {
    var found =
        Arrays.stream(outcomes(whole(1.2), new Arm(0.01, 0.15, 8), new Arm(0.01, 0.35, 8), 400))
            .filter(Outcome::beforeAnybodySawIt)
            .count();

    System.out.printf("unsure 15 %% -> 35 %%: %.1f %% rolled back as shadows%n", found / 4.0);
    assertThat(found).isGreaterThanOrEqualTo(360);
  }

  @Test
  void findsACanaryThatIsUnsureTwiceAsOften() {
    assertFound("unsure 15 % -> 35 %", new Arm(0.01, 0.15, 8), new Arm(0.01, 0.35, 8), 0.95, 250);
  }

  @Test
  void findsACanaryThatFailsFiveTimesAsOften() {
    assertFound("errors 1 % -> 5 %", new Arm(0.01, 0.15, 8), new Arm(0.05, 0.15, 8), 0.80, 500);
  }

  @Test
  void findsACanaryThatTakesTwiceAsLong() {
    assertFound("latency x 2", new Arm(0.01, 0.15, 8), new Arm(0.01, 0.15, 16), 0.99, 100);
  }

  @Test
  void findsACanaryThatAlwaysFailsWithinItsFirstAnswers() {
    assertFound("errors 1 % -> 100 %", new Arm(0.01, 0.15, 8), new Arm(1, 0.15, 8), 1, 40);
  }

  private static void assertFound(
      String name, Arm stable, Arm canary, double power, long medianAnswers) {
    var found =
        Arrays.stream(outcomes(spec(1.2), stable, canary, 400))
            .filter(Outcome::rolledBack)
            .mapToLong(Outcome::canaryAnswers)
            .sorted()
            .toArray();

    System.out.printf(
        "%s: %.1f %% found, median %d, p90 %d canary answers%n",
        name, found.length / 4.0, found[found.length / 2], found[found.length * 9 / 10]);
    assertThat(found.length / 400.0).isGreaterThanOrEqualTo(power);
    assertThat(found[found.length / 2]).isLessThanOrEqualTo(medianAnswers);
  }

  private static CanarySpec spec(double margin) {
    var spec = CanarySpec.DEFAULT;
    return new CanarySpec(spec.weights(), 200, margin, 0.05, 1, 0.6);
  }

  private static CanarySpec whole(double margin) {
    return spec(margin).shadowing(10).baking(Duration.ofHours(1));
  }

  private static long count(CanarySpec spec, Arm stable, Arm canary) {
    return Arrays.stream(outcomes(spec, stable, canary, ROLLOUTS))
        .filter(Outcome::rolledBack)
        .count();
  }

  private static Outcome[] outcomes(CanarySpec spec, Arm stable, Arm canary, int rollouts) {
    var outcomes = new Outcome[rollouts];
    for (int seed = 0; seed < rollouts; seed++) {
      outcomes[seed] = rollout(spec, stable, canary, new SplittableRandom(seed));
    }
    return outcomes;
  }

  private static Outcome rollout(CanarySpec spec, Arm stable, Arm canary, SplittableRandom random) {
    var judge = new Judge(spec, TOLERANCE);
    var evidence = judge.begin(counts(stable, 300, 1, random).latencies());
    var stages = new ArrayList<Integer>();
    spec.shadow().ifPresent(stages::add);
    stages.addAll(spec.weights());
    if (spec.bake().isPositive()) {
      stages.add(90);
    }
    long id = 0;
    for (int number = 0; number < stages.size(); number++) {
      int share = stages.get(number);
      boolean shadow = number == 0 && spec.shadow().isPresent();
      boolean bake = number > spec.weights().size();
      for (long stage = 0; stage < spec.requests(); ) {
        double swing = 1 + 0.5 * Math.sin(id / 10.0);
        int answers = 10 + random.nextInt(50);
        int canaryAnswers = 0;
        int all = answers * 100 / Math.min(share, 100 - share);
        for (int i = 0; i < all; i++) {
          canaryAnswers += random.nextInt(100) < share ? 1 : 0;
        }
        var ofStable = counts(stable, all - canaryAnswers, swing, random);
        var ofCanary = counts(canary, canaryAnswers, swing, random);
        evidence =
            judge.after(
                evidence,
                bake
                    ? new Window(++id, ofStable.untimed(), ofCanary.untimed())
                    : new Window(++id, ofStable, ofCanary));
        stage += bake ? all - canaryAnswers : canaryAnswers;
        if (judge.verdict(evidence) instanceof Verdict.Worse) {
          return new Outcome(true, shadow, evidence.canaryAnswers());
        }
      }
    }
    return new Outcome(false, false, evidence.canaryAnswers());
  }

  /** The swing multiplies the odds of both arms' unsure answers, so that their ratio stays. */
  private static ArmCounts counts(Arm arm, int total, double swing, SplittableRandom random) {
    double odds = swing * arm.unsure() / (1 - arm.unsure());
    int errors = binomial(total, _ -> random.nextDouble() < arm.errors());
    int good = total - errors;
    int unsure = binomial(good, _ -> random.nextDouble() < odds / (1 + odds));
    var latencies = new TreeMap<Integer, Long>();
    for (int i = 0; i < good; i++) {
      double millis = arm.medianMillis() * Math.exp(0.5 * random.nextGaussian());
      latencies.merge(Latencies.bucketOf((long) (millis * 1e6)), 1L, Long::sum);
    }
    return new ArmCounts(total, errors, good, unsure, new Latencies(latencies));
  }

  private static int binomial(int trials, IntPredicate success) {
    int successes = 0;
    for (int i = 0; i < trials; i++) {
      successes += success.test(i) ? 1 : 0;
    }
    return successes;
  }
}
