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
import dev.fovea.rollouts.servers.Served;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Stream;
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
  // Reading what should be routed and routing it is one step, so that an older reading never undoes
  // a rollback.
  private final Lock routing = new ReentrantLock();

  /**
   * @param patience how long a server that gets no more traffic may take for what is under way
   * @param threads for steps that take long; one step of a rollout runs at a time
   */
  Reconciler(
      Courses courses,
      Transitions transitions,
      ModelImages images,
      ModelServers servers,
      TrafficRouter router,
      Function<Course, Judge> judges,
      Duration patience,
      Executor threads) {
    this.courses = courses;
    this.transitions = transitions;
    this.images = images;
    this.servers = servers;
    this.router = router;
    this.watch = new Watch(router);
    this.judges = judges;
    this.patience = patience;
    this.threads = threads;
  }

  /** Looks once at everything. */
  void tick() {
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
        LOG.warn("{} failed and is tried again", key, e);
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
    } catch (IOException | RuntimeException e) {
      retryOrEnd(course, e);
    }
  }

  private void retryOrEnd(Course course, Exception e) {
    int tries = failures.merge(course.digest(), 1, Integer::sum);
    boolean preparing = course.state() == State.PACKAGING || course.state() == State.STARTING;
    boolean hopeless = e instanceof Problem problem && problem.kind() != Problem.Kind.UNAVAILABLE;
    var why =
        e instanceof Problem problem
            ? "%s; %s".formatted(problem.explanation(), problem.remedy())
            : String.valueOf(e.getMessage());
    if (preparing && (hopeless || tries >= TRIES)) {
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
    var latencies = stable.map(router::take).map(counts -> counts.latencies());
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
    var deployment = Courses.deployment(course);
    routing.lock();
    try {
      if (course.seen(judge, window.get(), course.started()).state() == State.ROLLED_BACK) {
        // First the traffic, then the record of it: a database that is down keeps nobody at a bad
        // canary.
        router
            .split(deployment)
            .flatMap(split -> split.backend(stable))
            .ifPresent(backend -> router.route(deployment, Split.all(backend)));
      }
      transitions.watch(
          course.digest(), window.get(), (now, at) -> now.seen(judge, window.get(), at));
      watch.kept(course.digest());
    } finally {
      routing.unlock();
    }
    settle(deployment);
  }

  private void settle() {
    courses.serving().keySet().forEach(this::settle);
  }

  /** Starts what should run for a model and routes its traffic. */
  void settle(Deployment deployment) {
    try {
      // Starting takes seconds, so it isn't done under the lock; there they are found running.
      for (var course : wanted(deployment)) {
        servers.ensure(served(course));
      }
      route(deployment);
    } catch (IOException | RuntimeException e) {
      LOG.warn("{} does not run as it should, tried again: {}", deployment, e.getMessage(), e);
    }
  }

  private List<Course> wanted(Deployment deployment) {
    var stable = courses.serving(deployment);
    return stable.isEmpty()
        ? List.of()
        : Stream.concat(stable.stream(), beside(deployment).stream()).toList();
  }

  /** What runs beside what serves: a canary, or the version before one that bakes. */
  private Optional<Course> beside(Deployment deployment) {
    return courses
        .baking(deployment)
        .flatMap(Course::stable)
        .flatMap(courses::find)
        .or(() -> courses.underWay(deployment).filter(Course::hasCanary));
  }

  private void route(Deployment deployment) throws IOException {
    routing.lock();
    try {
      var stable = courses.serving(deployment);
      if (stable.isEmpty()) {
        router.close(deployment);
        return;
      }
      router.route(deployment, split(deployment, backend(stable.get())));
    } finally {
      routing.unlock();
    }
  }

  private Split split(Deployment deployment, Backend main) throws IOException {
    var moving =
        courses.baking(deployment).or(() -> courses.underWay(deployment).filter(Course::hasCanary));
    var beside = beside(deployment);
    if (moving.isEmpty() || beside.isEmpty()) {
      return Split.all(main);
    }
    var other = backend(beside.get());
    double unsureBelow = moving.get().plan().canary().unsureBelow();
    return moving.get().copies() > 0
        ? Split.shadowing(main, other, moving.get().copies(), unsureBelow)
        : Split.between(main, other, moving.get().weight(), unsureBelow);
  }

  private Backend backend(Course course) throws IOException {
    URI address = servers.ensure(served(course));
    return new Backend(course.digest(), Integer.toString(course.plan().number()), address);
  }

  /** Stops servers that nobody needs, when they have answered what is under way. */
  private void retire() {
    for (var rollout : servers.running()) {
      if (!needed().contains(rollout) && router.drained(rollout, patience)) {
        servers.stop(rollout);
        watch.kept(rollout);
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

  private static Served served(Course course) {
    return new Served(course.digest(), course.project(), course.plan());
  }
}
