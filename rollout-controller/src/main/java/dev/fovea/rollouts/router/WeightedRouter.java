package dev.fovea.rollouts.router;

import dev.fovea.kernel.Digest;
import dev.fovea.rollouts.judge.ArmCounts;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.IntSupplier;
import java.util.stream.Stream;

/** Splits inside this process: each request draws its own lot. */
public final class WeightedRouter implements TrafficRouter {
  private static final long LOOK_NANOS = 2_000_000;

  private final Map<Deployment, Split> splits = new ConcurrentHashMap<>();
  private final Map<Digest, Tally> tallies = new ConcurrentHashMap<>();
  // Choosing a backend and entering it is one step for `drained`, which therefore never misses a
  // request.
  private final ReadWriteLock changes = new ReentrantReadWriteLock();
  private final IntSupplier lots;

  /**
   * @param lots numbers 0 to 99, each as likely
   */
  public WeightedRouter(IntSupplier lots) {
    this.lots = lots;
  }

  @Override
  public void route(Deployment deployment, Split split) {
    changes.writeLock().lock();
    try {
      if (!split.equals(splits.put(deployment, split))) {
        tally(split.stable().rollout());
        split.canary().ifPresent(canary -> tally(canary.rollout()));
      }
    } finally {
      changes.writeLock().unlock();
    }
  }

  @Override
  public void close(Deployment deployment) {
    changes.writeLock().lock();
    try {
      splits.remove(deployment);
    } finally {
      changes.writeLock().unlock();
    }
  }

  @Override
  public Optional<Split> split(Deployment deployment) {
    return Optional.ofNullable(splits.get(deployment));
  }

  @Override
  public ArmCounts take(Digest rollout) {
    return tally(rollout).take();
  }

  @Override
  public Totals totals(Digest rollout) {
    return tally(rollout).totals();
  }

  @Override
  public boolean drained(Digest rollout, Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    while (true) {
      changes.writeLock().lock();
      try {
        if (splits.values().stream().anyMatch(split -> names(split, rollout))) {
          return false;
        }
        if (tally(rollout).underWay() == 0) {
          tallies.remove(rollout);
          return true;
        }
      } finally {
        changes.writeLock().unlock();
      }
      if (System.nanoTime() - end > 0) {
        return false;
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  private static boolean names(Split split, Digest rollout) {
    return backends(split).anyMatch(backend -> backend.rollout().equals(rollout));
  }

  /**
   * Draws a backend and enters it.
   *
   * @return empty where nothing answers for it
   */
  Optional<Visit> visit(Deployment deployment) {
    return enter(
        deployment,
        split ->
            split.canary().isPresent() && lots.getAsInt() < split.canaryWeight()
                ? split.canary()
                : Optional.of(split.stable()),
        true);
  }

  /** Enters the backend that serves this version. */
  Optional<Visit> visit(Deployment deployment, String version) {
    return enter(
        deployment,
        split -> backends(split).filter(each -> each.version().equals(version)).findFirst(),
        false);
  }

  /** Enters the stable, for a request that its canary failed. */
  Optional<Visit> visitStable(Deployment deployment) {
    return enter(deployment, split -> Optional.of(split.stable()), false);
  }

  /** The versions that answer now. */
  List<String> versions(Deployment deployment) {
    return split(deployment).stream()
        .flatMap(WeightedRouter::backends)
        .map(Backend::version)
        .toList();
  }

  private interface Choice {
    Optional<Backend> of(Split split);
  }

  private Optional<Visit> enter(Deployment deployment, Choice choice, boolean drawn) {
    changes.readLock().lock();
    try {
      var split = splits.get(deployment);
      if (split == null) {
        return Optional.empty();
      }
      return choice
          .of(split)
          .map(backend -> {
            var tally = tally(backend.rollout());
            tally.begin();
            boolean canary = split.canary().filter(backend::equals).isPresent();
            return new Visit(backend, tally, canary, drawn, split.unsureBelow());
          });
    } finally {
      changes.readLock().unlock();
    }
  }

  private static Stream<Backend> backends(Split split) {
    return Stream.concat(Stream.of(split.stable()), split.canary().stream());
  }

  private Tally tally(Digest rollout) {
    return tallies.computeIfAbsent(rollout, _ -> new Tally());
  }

  /** One request's stay at a backend, which is not closed before it ends. */
  record Visit(Backend backend, Tally tally, boolean canary, boolean drawn, double unsureBelow)
      implements AutoCloseable {
    void ended(Tally.Outcome outcome) {
      tally.add(outcome, drawn, unsureBelow);
    }

    @Override
    public void close() {
      tally.end();
    }
  }
}
