package dev.fovea.rollouts.router;

import dev.fovea.kernel.Digest;
import dev.fovea.rollouts.judge.ArmCounts;
import dev.fovea.rollouts.judge.Copies;
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
      var before = splits.put(deployment, split);
      if (before == null || !sameWay(before, split)) {
        backends(split).forEach(backend -> tally(backend.rollout()).nextStratum());
      }
    } finally {
      changes.writeLock().unlock();
    }
  }

  private static boolean sameWay(Split one, Split other) {
    return one.canaryWeight() == other.canaryWeight()
        && one.shadowShare() == other.shadowShare()
        && rollouts(one).equals(rollouts(other));
  }

  private static List<Digest> rollouts(Split split) {
    return backends(split).map(Backend::rollout).toList();
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
   * Draws a backend and enters it; where the split shadows, draws whether the request is copied.
   *
   * @return empty where nothing answers for it
   */
  Optional<Visit> visit(Deployment deployment) {
    return enter(
        deployment,
        split -> {
          int lot = lots.getAsInt();
          if (split.shadows()) {
            boolean copied = lot < split.shadowShare();
            return Optional.of(new Draw(split.stable(), !copied, copied));
          }
          return Optional.of(
              new Draw(
                  split.canary().filter(_ -> lot < split.canaryWeight()).orElse(split.stable()),
                  true,
                  false));
        });
  }

  /** Enters the backend that serves this version. */
  Optional<Visit> visit(Deployment deployment, String version) {
    return enter(
        deployment,
        split ->
            answering(split)
                .filter(each -> each.version().equals(version))
                .findFirst()
                .map(Draw::named));
  }

  /** Enters the stable, for a request that its canary failed. */
  Optional<Visit> visitStable(Deployment deployment) {
    return enter(deployment, split -> Optional.of(Draw.named(split.stable())));
  }

  /** The versions that answer now. */
  List<String> versions(Deployment deployment) {
    return split(deployment).stream()
        .flatMap(WeightedRouter::answering)
        .map(Backend::version)
        .toList();
  }

  /** How many requests and copies a backend has now. */
  long underWay(Digest rollout) {
    return tally(rollout).underWay();
  }

  /** Whether copies go to this rollout. */
  boolean shadowed(Digest rollout) {
    return splits.values().stream()
        .filter(Split::shadows)
        .flatMap(split -> split.canary().stream())
        .anyMatch(backend -> backend.rollout().equals(rollout));
  }

  /**
   * Where a request goes.
   *
   * @param counted whether its answer is evidence
   * @param copied whether the canary gets a copy
   */
  private record Draw(Backend backend, boolean counted, boolean copied) {
    static Draw named(Backend backend) {
      return new Draw(backend, false, false);
    }
  }

  private interface Choice {
    Optional<Draw> of(Split split);
  }

  private Optional<Visit> enter(Deployment deployment, Choice choice) {
    changes.readLock().lock();
    try {
      var split = splits.get(deployment);
      return split == null
          ? Optional.empty()
          : choice
              .of(split)
              .map(draw -> {
                var copy =
                    draw.copied()
                        ? split.canary().map(shadow -> visit(split, shadow, true, Optional.empty()))
                        : Optional.<Visit>empty();
                return visit(split, draw.backend(), draw.counted(), copy);
              });
    } finally {
      changes.readLock().unlock();
    }
  }

  private Visit visit(Split split, Backend backend, boolean counted, Optional<Visit> copy) {
    var tally = tally(backend.rollout());
    boolean canary = split.canary().filter(backend::equals).isPresent();
    return new Visit(backend, tally, canary, counted, tally.begin(), split.unsureBelow(), copy);
  }

  /** Those whose answers clients get. */
  private static Stream<Backend> answering(Split split) {
    return split.shadows() ? Stream.of(split.stable()) : backends(split);
  }

  private static Stream<Backend> backends(Split split) {
    return Stream.concat(Stream.of(split.stable()), split.canary().stream());
  }

  private Tally tally(Digest rollout) {
    return tallies.computeIfAbsent(rollout, _ -> new Tally());
  }

  /**
   * One request's stay at a backend, which is not closed before it ends.
   *
   * @param copy the stay of its copy, where lots were drawn for one; whoever gets this ends that
   *     too
   */
  record Visit(
      Backend backend,
      Tally tally,
      boolean canary,
      boolean counted,
      long stratum,
      double unsureBelow,
      Optional<Visit> copy)
      implements AutoCloseable {
    void ended(Tally.Outcome outcome) {
      tally.add(outcome, counted, stratum, unsureBelow);
    }

    void copied(Copies copies) {
      tally.add(copies, stratum);
    }

    /** Whether traffic is still split as it was when this began. */
    boolean current() {
      return tally.current(stratum);
    }

    @Override
    public void close() {
      tally.end();
    }
  }
}
