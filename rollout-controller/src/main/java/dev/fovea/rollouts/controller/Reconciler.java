package dev.fovea.rollouts.controller;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Problem;
import dev.fovea.rollouts.Rollout.State;
import dev.fovea.rollouts.judge.Judge;
import dev.fovea.rollouts.judge.Latencies;
import dev.fovea.rollouts.packaging.ModelImages;
import dev.fovea.rollouts.router.Backend;
import dev.fovea.rollouts.router.Deployment;
import dev.fovea.rollouts.router.Split;
import dev.fovea.rollouts.router.TrafficRouter;
import dev.fovea.rollouts.servers.ModelServers;
import dev.fovea.rollouts.servers.NotReadyYet;
import dev.fovea.rollouts.servers.Served;
import dev.fovea.rollouts.turns.Turn;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the running system what the database says, and moves each rollout on when it may. Looks at
 * the state and never at what happened since, so a process that was killed anywhere goes on from
 * what was written last.
 */
final class Reconciler {
  private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);
  private static final int TRIES = 5;

  private final Turn turn;
  private final Courses courses;
  private final Transitions transitions;
  private final ModelImages images;
  private final ModelServers servers;
  private final TrafficRouter router;
  private final Watch watch;
  private final Function<Course, Judge> judges;
  private final Duration patience;
  private final Executor threads;

  private final Set<Object> busy = ConcurrentHashMap.newKeySet();
  private final Map<Digest, Integer> failures = new ConcurrentHashMap<>();
  private final Map<Object, String> said = new ConcurrentHashMap<>();
  // Models whose traffic does not go as it should: looked at before all others.
  private final Set<Deployment> overdue = ConcurrentHashMap.newKeySet();
  // Reading what should be routed and routing it is one step, so that an older reading never undoes
  // a rollback. One lock a model: one whose gateway is slow holds up no other.
  private final Map<Deployment, Lock> routing = new ConcurrentHashMap<>();

  /**
   * @param patience how long a server that gets no more traffic may take for what is under way
   * @param threads for steps that take long; one step of a rollout runs at a time
   */
  Reconciler(
      Turn turn,
      Courses courses,
      Transitions transitions,
      ModelImages images,
      ModelServers servers,
      TrafficRouter router,
      Watch watch,
      Function<Course, Judge> judges,
      Duration patience,
      Executor threads) {
    this.turn = turn;
    this.courses = courses;
    this.transitions = transitions;
    this.images = images;
    this.servers = servers;
    this.router = router;
    this.watch = watch;
    this.judges = judges;
    this.patience = patience;
    this.threads = threads;
  }

  /** Looks once at everything, if it is this process's turn. */
  void tick() {
    if (!turn.mine()) {
      return;
    }
    for (var deployment : overdue) {
      once(deployment, () -> settle(deployment));
    }
    once("settle", this::settle);
    for (var course : courses.unfinished()) {
      once(course.digest(), () -> advance(course.digest()));
    }
    once("retire", this::retire);
  }

  private void once(Object key, Runnable step) {
    if (!busy.add(key)) {
      return;
    }
    threads.execute(() -> {
      try {
        step.run();
      } catch (RuntimeException e) {
        if (passes(e)) {
          say(key, "is tried again: " + e.getMessage());
        } else {
          LOG.warn("{} failed and is tried again", key, e);
        }
      } finally {
        busy.remove(key);
      }
    });
  }

  private void advance(Digest rollout) {
    var course = courses.find(rollout).orElseThrow();
    try {
      switch (course.state()) {
        case PACKAGING -> {
          var image = images.build(served(course));
          transitions.move(rollout, State.PACKAGING, (now, _) -> now.packaged(image));
        }
        case STARTING -> warm(course);
        case SHADOW, CANARY, AWAITING_APPROVAL -> watch(course);
        case BAKING -> bake(course);
        case PROMOTED, ROLLED_BACK, REJECTED, SUPERSEDED, FAILED -> {
          // Nothing more to do.
        }
      }
      failures.remove(rollout);
      said.remove(rollout);
    } catch (IOException | RuntimeException e) {
      retryOrEnd(course, e);
    }
  }

  /** Whether it says that something can't be known or done now: no reason to end a rollout. */
  private static boolean passes(Exception e) {
    return e instanceof NotReadyYet
        || e instanceof Problem problem && problem.kind() == Problem.Kind.UNAVAILABLE;
  }

  /** Into the log, once as long as it stays the same. */
  private void say(Object what, String words) {
    if (!words.equals(said.put(what, words))) {
      LOG.warn("{} {}", what, words);
    }
  }

  private static String sentence(Exception e) {
    return e instanceof Problem problem
        ? "%s; %s".formatted(problem.explanation(), problem.remedy())
        : String.valueOf(e.getMessage());
  }

  private void retryOrEnd(Course course, Exception e) {
    if (passes(e)) {
      say(course.digest(), "waits: " + e.getMessage());
      return;
    }
    int tries = failures.merge(course.digest(), 1, Integer::sum);
    boolean preparing = course.state() == State.PACKAGING || course.state() == State.STARTING;
    var why = sentence(e);
    if (preparing && (e instanceof Problem || tries >= TRIES)) {
      LOG.warn("rollout {} fails: {}", course.digest(), why, e);
      transitions.move(course.digest(), course.state(), (now, _) -> now.failed(why));
      failures.remove(course.digest());
    } else {
      LOG.warn("rollout {}, try {}: {}", course.digest(), tries, why, e);
    }
  }

  private void warm(Course course) throws IOException {
    servers.ensure(served(course));
    var deployment = Courses.deployment(course);
    // Read in this order: once nothing bakes, what serves is taken back no more.
    var baking = courses.baking(deployment).map(Course::digest);
    if (baking.isPresent()) {
      var waiting = course.waitingFor(baking.get());
      if (!waiting.equals(course)) {
        transitions.move(course.digest(), State.STARTING, (now, _) -> now.waitingFor(baking.get()));
      }
      return;
    }
    var judge = judges.apply(course);
    var stable = courses.serving(deployment).map(Course::digest);
    var latencies = stable.flatMap(this::latencies);
    transitions.move(
        course.digest(),
        State.STARTING,
        (now, at) -> now.warm(stable, judge, latencies.orElse(Latencies.NONE), at));
    settle(deployment);
  }

  private void bake(Course course) {
    watch(course);
    if (transitions.bake(course.digest()).state() != State.BAKING) {
      watch.kept(course.digest());
      settle(Courses.deployment(course));
    }
  }

  /** What is known of them: they only fix the judge's threshold earlier. */
  private Optional<Latencies> latencies(Digest stable) {
    try {
      return Optional.of(router.take(stable).latencies());
    } catch (Problem e) {
      LOG.info("the stable's latencies are not known: {}", e.getMessage());
      return Optional.empty();
    }
  }

  private void watch(Course course) {
    if (course.stable().isEmpty()) {
      return;
    }
    var stable = course.stable().get();
    var window = watch.window(course, stable);
    if (window.isEmpty()) {
      return;
    }
    var judge = judges.apply(course);
    var hold = watch.hold(course.digest());
    var deployment = Courses.deployment(course);
    var lock = lock(deployment);
    lock.lock();
    try {
      if (course.seen(judge, window.get(), hold, course.started()).state() == State.ROLLED_BACK) {
        // First the traffic, then the record of it: a database that is down keeps nobody at a bad
        // canary.
        withdraw(deployment, stable);
      }
      transitions.watch(
          course.digest(), window.get(), (now, at) -> now.seen(judge, window.get(), hold, at));
      watch.kept(course.digest());
    } finally {
      lock.unlock();
    }
    settle(deployment);
  }

  private void withdraw(Deployment deployment, Digest stable) {
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

  private Lock lock(Deployment deployment) {
    return routing.computeIfAbsent(deployment, _ -> new ReentrantLock());
  }

  private void settle() {
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
        said.remove(deployment);
      }
    } catch (IOException | RuntimeException e) {
      overdue.add(deployment);
      say(deployment, "does not run as it should, tried again: " + e.getMessage());
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
      servers.ensure(served(course));
      return true;
    } catch (NotReadyYet e) {
      say(course.digest(), e.getMessage() + ": it stays as it is");
      return false;
    } catch (Problem e) {
      if (passes(e)) {
        throw e;
      }
      say(course.digest(), sentence(e));
      return false;
    }
  }

  /** A canary that doesn't answer gets nothing; one that never will goes back. */
  private boolean answersOrEnds(Course canary) throws IOException {
    try {
      servers.ensure(served(canary));
      return true;
    } catch (NotReadyYet e) {
      say(canary.digest(), "gets no traffic: " + e.getMessage());
      return false;
    } catch (Problem e) {
      if (passes(e)) {
        throw e;
      }
      transitions.move(canary.digest(), canary.state(), (now, _) -> now.gone(sentence(e)));
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
    } finally {
      lock.unlock();
    }
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
    if (silent.filter(beside.get().digest()::equals).isPresent()) {
      return Split.between(main, other, 0, unsureBelow);
    }
    return moving.get().copies() > 0
        ? Split.shadowing(main, other, moving.get().copies(), unsureBelow)
        : Split.between(main, other, moving.get().weight(), unsureBelow);
  }

  private Backend backend(Course course) throws IOException {
    // Where it is not known to run it isn't asked for again under the lock, but started.
    var address = servers.address(course.digest());
    return new Backend(
        course.digest(),
        Integer.toString(course.plan().number()),
        address.isPresent() ? address.get() : servers.ensure(served(course)));
  }

  /** Stops servers that nobody needs, when they have answered what is under way. */
  private void retire() {
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

  static Served served(Course course) {
    return new Served(course.digest(), course.project(), course.plan(), course.image());
  }
}
