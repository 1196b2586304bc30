package dev.fovea.rollouts.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.kernel.Digest;
import dev.fovea.rollouts.TestModels;
import dev.fovea.rollouts.Traffic;
import dev.fovea.rollouts.judge.ArmCounts;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/**
 * What every router does, seen by a client with requests and by a controller with counts. The
 * stable is version 1 of the lamp, the canary is version 2; both are real.
 */
public abstract class TrafficRouterContract {
  protected static final Deployment LAMP = new Deployment(TestModels.LAMPS, TestModels.LAMP);
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** The one under test. */
  protected abstract TrafficRouter router();

  /** What clients call, up to {@code /inference}. */
  protected abstract URI gateway();

  /** The backend of a rollout that {@link #rollout} gives; its server runs. */
  protected abstract Backend backend(int number);

  protected static Digest rollout(int number) {
    return Digest.sha256(("rollout " + number).getBytes(StandardCharsets.UTF_8));
  }

  protected Split split(int weight) {
    return Split.between(backend(1), backend(2), weight, 0.6);
  }

  @Test
  void nothingAnswersBeforeARouteIsSet() throws Exception {
    assertThat(router().split(LAMP)).isEmpty();
    assertThat(infer("", Traffic.pixels(0.9))).isEqualTo(404);
  }

  @Test
  void everythingGoesToOne() throws Exception {
    router().route(LAMP, Split.all(backend(1)));
    take(1);
    infer(30);

    assertThat(take(1, 30).total()).isEqualTo(30);
    assertThat(router().split(LAMP)).contains(Split.all(backend(1)));
  }

  @Test
  void requestsGoByTheWeight() throws Exception {
    router().route(LAMP, split(30));
    take(1);
    take(2);
    infer(600);

    assertThat(take(2, 1).total()).isBetween(130L, 230L); // ±4.5 standard deviations
    assertThat(router().split(LAMP)).contains(split(30));
  }

  @Test
  void aWeightOfNothingSendsNothing() throws Exception {
    router().route(LAMP, split(0));
    take(1);
    take(2);
    infer(100);

    assertThat(take(1, 100).total()).isEqualTo(100);
    assertThat(take(2).total()).isZero();
  }

  @Test
  void aVersionThatIsNamedAnswersAndIsNotCountedAsDrawn() throws Exception {
    router().route(LAMP, split(0));
    take(2);
    assertThat(infer("/versions/2", Traffic.pixels(0.9))).isEqualTo(200);
    await(() -> router().totals(rollout(2)).answered() == 1);

    assertThat(take(2).total()).isZero();
    assertThat(infer("/versions/7", Traffic.pixels(0.9))).isEqualTo(404);
  }

  @Test
  void aSplitTakesEffectAsAWhole() throws Exception {
    router().route(LAMP, split(50));
    router().route(LAMP, Split.all(backend(2)));
    take(1);
    take(2);
    infer(50);

    assertThat(take(2, 50).total()).isEqualTo(50);
    assertThat(take(1).total()).isZero();
  }

  @Test
  void countsErrorsAndUnsureAnswersOnce() throws Exception {
    router().route(LAMP, split(0));
    take(1);
    infer(10);
    for (int i = 0; i < 3; i++) {
      infer("", Traffic.pixels(0.51));
    }
    infer("", "no json");

    var counts = take(1, 14);
    assertThat(counts.errors()).isEqualTo(1);
    assertThat(counts.rated()).isEqualTo(13);
    assertThat(counts.unsure()).isEqualTo(3);
    assertThat(counts.latencies().total()).isEqualTo(13);
    assertThat(take(1)).isEqualTo(ArmCounts.NONE);
    assertThat(router().totals(rollout(1)).failed()).isEqualTo(1);
  }

  @Test
  void routingTheSameAgainChangesNothing() throws Exception {
    router().route(LAMP, split(30));
    router().route(LAMP, split(30));

    assertThat(router().split(LAMP)).contains(split(30));
    assertThat(infer("", Traffic.pixels(0.9))).isEqualTo(200);
  }

  @Test
  void whatIsClosedAnswersNoMore() throws Exception {
    router().route(LAMP, Split.all(backend(1)));
    router().close(LAMP);
    router().close(LAMP);

    assertThat(router().split(LAMP)).isEmpty();
    assertThat(infer("", Traffic.pixels(0.9))).isEqualTo(404);
  }

  @Test
  void aBackendIsDrainedWhenNoSplitNamesIt() throws Exception {
    router().route(LAMP, split(30));
    infer(20);
    assertThat(router().drained(rollout(2), Duration.ZERO)).isFalse();
    router().route(LAMP, Split.all(backend(1)));

    await(() -> router().drained(rollout(2), Duration.ZERO));
    assertThat(router().drained(rollout(1), Duration.ZERO)).isFalse();
  }

  @Test
  void aShadowGetsCopiesAndItsAnswersGoToNobody() throws Exception {
    router().route(LAMP, shadowing(40));
    infer(200);

    var sums = new ArmCounts[] {ArmCounts.NONE, ArmCounts.NONE};
    await(() -> {
      sums[0] = sums[0].plus(take(1));
      sums[1] = sums[1].plus(take(2));
      return sums[0].total() + sums[1].total() + sums[1].copies().dropped() == 200;
    });
    assertThat(sums[0].total()).as("the stable's own").isBetween(80L, 160L);
    assertThat(sums[1].errors()).isZero();
    assertThat(sums[1].copies().compared()).isEqualTo(sums[1].total());
    assertThat(router().split(LAMP)).contains(shadowing(40));
    assertThat(infer("/versions/2", Traffic.pixels(0.9))).as("by its version").isEqualTo(404);
    assertThat(router().drained(rollout(2), Duration.ZERO)).isFalse();
  }

  @Test
  void whatIsShadowedNoMoreGetsNoCopies() throws Exception {
    router().route(LAMP, shadowing(90));
    infer(10);
    router().route(LAMP, Split.all(backend(1)));
    take(1);
    infer(50);

    assertThat(take(1, 50).total()).isEqualTo(50);
    await(() -> router().drained(rollout(2), Duration.ZERO));
  }

  @Test
  void countsOfCopiesAndOfTrafficDoNotMix() throws Exception {
    router().route(LAMP, split(50));
    take(1);
    take(2);
    infer(40);
    router().route(LAMP, shadowing(50));
    assertThat(take(1).total()).isZero();
    assertThat(take(2).total()).isZero();

    infer(40);
    router().route(LAMP, split(0));
    assertThat(take(1).total()).isZero();
    assertThat(take(2).total()).isZero();
  }

  protected Split shadowing(int share) {
    return Split.shadowing(backend(1), backend(2), share, 0.6);
  }

  private ArmCounts take(int number) {
    return router().take(rollout(number));
  }

  /** Once there are so many: a model server counts an answer when its client has it already. */
  private ArmCounts take(int number, long least) {
    var sum = new ArmCounts[] {ArmCounts.NONE};
    await(() -> {
      sum[0] = sum[0].plus(take(number));
      return sum[0].total() >= least;
    });
    return sum[0];
  }

  protected static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("not within " + PATIENCE);
      }
      Thread.onSpinWait();
    }
  }

  /** So many good answers. */
  protected void infer(int requests) throws Exception {
    for (int i = 0; i < requests; i++) {
      assertThat(infer("", Traffic.pixels(0.9))).isEqualTo(200);
    }
  }

  protected int infer(String version, String body) throws Exception {
    var url = "%s/inference/lamps/v2/models/lamp%s/infer".formatted(gateway(), version);
    var request =
        HttpRequest.newBuilder(URI.create(url))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body));
    return HTTP.send(request.build(), BodyHandlers.discarding()).statusCode();
  }

  protected int get(String path) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(gateway() + path)).GET();
    return HTTP.send(request.build(), BodyHandlers.discarding()).statusCode();
  }
}
