package dev.fovea.rollouts.controller;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Problem;
import dev.fovea.rollouts.judge.Latencies;
import dev.fovea.rollouts.router.Backend;
import dev.fovea.rollouts.router.Deployment;
import dev.fovea.rollouts.router.Split;
import dev.fovea.rollouts.router.TrafficRouter;
import dev.fovea.rollouts.servers.ModelServers;
import dev.fovea.rollouts.servers.NotReadyYet;
import dev.fovea.rollouts.turns.Turn;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the model servers that should run, and sends each model's requests where its rollouts say:
 * to the stable, and beside it to a canary, or copies to a shadow.
 */
final class Traffic {
  private static final Logger LOG = LoggerFactory.getLogger(Traffic.class);

  private final Turn turn;
  private final Courses courses;
  private final Transitions transitions;
  private final ModelServers servers;
  private final TrafficRouter router;
  private final Watch watch;
  private final Duration patience;
  private final Complaints complaints;

  // Models whose traffic does not go as it should: looked at before all others.
  private final Set<Deployment> overdue = ConcurrentHashMap.newKeySet();
  // Reading what should be routed and routing it is one step, so that an older reading never undoes
  // a rollback. One lock a model: one whose gateway is slow holds up no other.
  private final Map<Deployment, Lock> routing = new ConcurrentHashMap<>();

  /**
   * @param patience how long a server that gets no more traffic may take for what is under way
   */
  Traffic(
      Turn turn,
      Courses courses,
      Transitions transitions,
      ModelServers servers,
      TrafficRouter router,
      Watch watch,
      Duration patience,
      Complaints complaints) {
    this.turn = turn;
    this.courses = courses;
    this.transitions = transitions;
    this.servers = servers;
    this.router = router;
    this.watch = watch;
    this.patience = patience;
    this.complaints = complaints;
  }

  /** Models whose traffic does not go as it should. */
  Set<Deployment> overdue() {
    return overdue;
  }

  /** Runs a rollout's server. */
  void start(Course course) throws IOException {
    servers.ensure(course.served());
  }

  /** What is known of them: they only fix the judge's threshold earlier. */
  Optional<Latencies> latencies(Digest stable) {
    try {
      return Optional.of(router.take(stable).latencies());
    } catch (Problem e) {
      LOG.info("the stable's latencies are not known: {}", e.getMessage());
      return Optional.empty();
    }
  }

  /** All goes to the stable, whatever is on record. */
  void withdraw(Deployment deployment, Digest stable) {
    try {
      router
          .split(deployment)
          .flatMap(split -> split.backend(stable))
          .ifPresent(backend -> router.route(deployment, Split.all(backend)));
    } catch (RuntimeException e) {
      // The record then makes it happen as soon as it can.
      LOG.warn("{}: the canary could not be taken out yet: {}", deployment, e.getMessage());
      overdue.add(deployment);
    }
  }

  /** Nobody routes this model's traffic meanwhile. */
  void exclusively(Deployment deployment, Runnable step) {
    var lock = lock(deployment);
    lock.lock();
    try {
      step.run();
    } finally {
      lock.unlock();
    }
  }

  private Lock lock(Deployment deployment) {
    return routing.computeIfAbsent(deployment, _ -> new ReentrantLock());
  }

  /** Every model. */
  void settle() {
    courses.serving().keySet().forEach(this::settle);
  }

  /** Starts what should run for a model and routes its traffic. */
  void settle(Deployment deployment) {
    if (!turn.mine()) {
      return;
    }
    try {
      // Starting takes seconds, so it isn't done under the lock.
      var stable = courses.serving(deployment);
      var beside = beside(deployment);
      boolean stableAnswers = stable.isEmpty() || answers(stable.get());
      var silent =
          stable.isEmpty()
                  || beside.isEmpty()
                  || (beside.get().hasCanary()
                      ? answersOrEnds(beside.get())
                      : answers(beside.get()))
              ? Optional.<Course>empty()
              : beside;
      if (stableAnswers || !switches(deployment, stable.get())) {
        route(deployment, silent.map(Course::digest));
        overdue.remove(deployment);
        complaints.end(deployment);
      }
    } catch (IOException | RuntimeException e) {
      overdue.add(deployment);
      complaints.say(deployment, "does not run as it should, tried again: " + e.getMessage());
      LOG.debug("", e);
    }
  }

  /** What runs beside what serves: a canary, or the version before one that bakes. */
  private Optional<Course> beside(Deployment deployment) {
    return courses
        .baking(deployment)
        .flatMap(Course::stable)
        .flatMap(courses::find)
        .or(() -> courses.underWay(deployment).filter(Course::hasCanary));
  }

  private boolean answers(Course course) throws IOException {
    try {
      servers.ensure(course.served());
      return true;
    } catch (NotReadyYet e) {
      complaints.say(course.digest(), e.getMessage() + ": it stays as it is");
      return false;
    } catch (Problem e) {
      if (Complaints.passes(e)) {
        throw e;
      }
      complaints.say(course.digest(), Complaints.sentence(e));
      return false;
    }
  }

  /** A canary that doesn't answer gets nothing; one that never will goes back. */
  private boolean answersOrEnds(Course canary) throws IOException {
    try {
      servers.ensure(canary.served());
      return true;
    } catch (NotReadyYet e) {
      complaints.say(canary.digest(), "gets no traffic: " + e.getMessage());
      return false;
    } catch (Problem e) {
      if (Complaints.passes(e)) {
        throw e;
      }
      transitions.move(
          canary.digest(), canary.state(), (now, _) -> now.gone(Complaints.sentence(e)));
      return false;
    }
  }

  /** Whether routing as wanted would send more to a stable than it gets now. */
  private boolean switches(Deployment deployment, Course stable) {
    return router
        .split(deployment)
        .filter(split -> split.stable().rollout().equals(stable.digest()))
        .isEmpty();
  }

  /**
   * @param silent what runs beside the stable and gets nothing, whatever its stage
   */
  private void route(Deployment deployment, Optional<Digest> silent) throws IOException {
    var lock = lock(deployment);
    lock.lock();
    try {
      routed(deployment, silent);
    } finally {
      lock.unlock();
    }
  }

  private void routed(Deployment deployment, Optional<Digest> silent) throws IOException {
    var stable = courses.serving(deployment);
    if (stable.isEmpty()) {
      router.close(deployment);
      return;
    }
    var split = split(deployment, backend(stable.get()), silent);
    router.route(deployment, split);
    courses
        .underWay(deployment)
        .filter(Course::hasCanary)
        .ifPresent(canary -> watch.routed(canary.digest(), split.canaryWeight()));
  }

  private Split split(Deployment deployment, Backend main, Optional<Digest> silent)
      throws IOException {
    var moving =
        courses.baking(deployment).or(() -> courses.underWay(deployment).filter(Course::hasCanary));
    var beside = beside(deployment);
    if (moving.isEmpty() || beside.isEmpty()) {
      return Split.all(main);
    }
    var other = backend(beside.get());
    double unsureBelow = moving.get().plan().canary().unsureBelow();
    boolean answers = silent.filter(beside.get().digest()::equals).isEmpty();
    if (moving.get().copies() > 0) {
      return answers
          ? Split.shadowing(main, other, moving.get().copies(), unsureBelow)
          : Split.all(main);
    }
    return Split.between(main, other, answers ? moving.get().weight() : 0, unsureBelow);
  }

  private Backend backend(Course course) throws IOException {
    // Where it is not known to run it isn't asked for again under the lock, but started.
    var address = servers.address(course.digest());
    return new Backend(
        course.digest(),
        Integer.toString(course.plan().number()),
        address.isPresent() ? address.get() : servers.ensure(course.served()));
  }

  /** Stops servers that nobody needs, when they have answered what is under way. */
  void retire() {
    for (var rollout : servers.running()) {
      if (!needed().contains(rollout) && router.drained(rollout, patience)) {
        servers.stop(rollout);
        watch.forget(rollout);
      }
    }
  }

  private Set<Digest> needed() {
    var needed = new HashSet<Digest>();
    courses.serving().values().forEach(course -> needed.add(course.digest()));
    for (var course : courses.unfinished()) {
      needed.add(course.digest());
      course.stable().ifPresent(needed::add);
    }
    return needed;
  }
}
