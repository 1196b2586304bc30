package dev.fovea.pipelines.launch.process;

import dev.fovea.kernel.Digest;
import dev.fovea.pipelines.launch.JobLauncher;
import dev.fovea.pipelines.launch.JobSpec;
import dev.fovea.pipelines.launch.JobState;
import dev.fovea.pipelines.launch.JobState.Failed;
import dev.fovea.pipelines.launch.JobState.Reason;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs jobs as processes of this machine, each shard in a folder of its own. They outlive this
 * process; its next one finds them by their folders and locks.
 */
public final class LocalProcessLauncher implements JobLauncher {
  private static final Logger LOG = LoggerFactory.getLogger(LocalProcessLauncher.class);

  /** What a shell says of a program that a signal ended: 128 and the signal's number. */
  private static final int KILLED = 128 + 9;

  /** How the Java runtime ends where the system gives it no memory. */
  private static final String JAVA_WITHOUT_MEMORY = "insufficient memory for the Java Runtime";

  private final Path folder;
  private final Commands commands;
  private final ObjectStore objects;
  private final Supervisor supervisor;
  private final Map<String, Object> locks = new ConcurrentHashMap<>();

  /**
   * @param folder where jobs live; made where it is missing
   */
  public LocalProcessLauncher(
      Path folder, Commands commands, ObjectStore objects, Isolation isolation) {
    this.folder = folder.toAbsolutePath().normalize();
    this.commands = commands;
    this.objects = objects;
    this.supervisor = new Supervisor(isolation);
    if (isolation == Isolation.NONE) {
      LOG.warn(
          "jobs run with this machine's network: the kernel gives no namespaces; 'fovea doctor'"
              + " says more");
    }
  }

  @Override
  public boolean runs(JobSpec.Runtime runtime) {
    return runtime == JobSpec.Runtime.FOVEA || commands.python().isPresent();
  }

  @Override
  public JobState launch(JobSpec job) {
    synchronized (locks.computeIfAbsent(job.name(), _ -> new Object())) {
      try {
        return advanced(job);
      } catch (IOException e) {
        throw new UncheckedIOException("job %s in %s".formatted(job.name(), folder), e);
      }
    }
  }

  @Override
  public Optional<JobState> look(JobSpec job) {
    return Files.exists(folder.resolve(job.name())) ? Optional.of(launch(job)) : Optional.empty();
  }

  /** Removes what is left of jobs that nobody has asked for that long. */
  public void sweep(Duration untouched) {
    var before = FileTime.from(Clock.systemUTC().instant().minus(untouched));
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (var jobs = Files.newDirectoryStream(folder)) {
      for (var job : jobs) {
        if (isLeft(job, before)) {
          ShardFolder.delete(job);
        }
      }
    } catch (IOException e) {
      LOG.warn("what is left of old jobs in {} stays: {}", folder, String.valueOf(e.getMessage()));
    }
  }

  private boolean isLeft(Path job, FileTime before) throws IOException {
    try (var shards = Files.newDirectoryStream(job)) {
      for (var shard : shards) {
        if (Files.getLastModifiedTime(shard).compareTo(before) > 0
            || supervisor.lives(new ShardFolder(shard))) {
          return false;
        }
      }
    }
    return Files.getLastModifiedTime(job).compareTo(before) <= 0;
  }

  @Override
  public void discard(JobSpec job) {
    synchronized (locks.computeIfAbsent(job.name(), _ -> new Object())) {
      try {
        for (var shard : shards(job)) {
          supervisor.kill(shard);
        }
        ShardFolder.delete(folder.resolve(job.name()));
      } catch (IOException e) {
        throw new UncheckedIOException("job %s in %s".formatted(job.name(), folder), e);
      }
    }
    locks.remove(job.name());
  }

  private JobState advanced(JobSpec job) throws IOException {
    var shards = shards(job);
    int running = 0;
    var waiting = new ArrayList<Integer>();
    var results = new ArrayList<Map<String, Digest>>();
    for (int i = 0; i < shards.size(); i++) {
      var shard = shards.get(i);
      // Asked once: a try that ends right afterwards is seen by the next launch, with its end.
      boolean lives = supervisor.lives(shard);
      if (!lives) {
        settle(job, shard);
      }
      var failed = shard.failed();
      if (failed.isPresent()) {
        killAll(shards);
        return failed.get();
      }
      var result = shard.result();
      if (result.isPresent()) {
        results.add(result.get());
      } else if (lives) {
        running++;
      } else {
        waiting.add(i);
      }
    }
    if (results.size() == shards.size()) {
      return new JobState.Succeeded(results);
    }
    for (int i : waiting.subList(0, Math.clamp(job.parallelism() - running, 0, waiting.size()))) {
      start(job, shards.get(i), i);
    }
    return new JobState.Running(results.size(), shards.size(), "");
  }

  /** Draws the conclusion from a try that has ended, where there is one. */
  private void settle(JobSpec job, ShardFolder shard) throws IOException {
    if (shard.result().isPresent() || shard.failed().isPresent()) {
      return;
    }
    var exit = shard.exit();
    if (exit.isPresent() && exit.get().status() == 0) {
      shard.finish(objects);
      return;
    }
    if (exit.isPresent()) {
      var conclusion = conclusion(job, exit.get(), shard.lastWords());
      if (conclusion.isPresent()) {
        shard.fail(conclusion.get());
        return;
      }
    }
    // Without an exit status the supervisor was killed, or the machine was restarted.
    if (shard.tries() > job.limits().retries()) {
      shard.fail(new Failed(Reason.PROGRAM, howOften(shard.tries(), exit, shard.lastWords())));
    }
  }

  private static Optional<Failed> conclusion(JobSpec job, ShardFolder.Exit exit, String lastWords) {
    var limits = job.limits();
    if (exit.status() == KILLED && exit.seconds() >= limits.time().toSeconds()) {
      return Optional.of(
          new Failed(Reason.TIME, "it took longer than %d s".formatted(limits.time().toSeconds())));
    }
    if (exit.status() == EXIT_MEMORY || lastWords.contains(JAVA_WITHOUT_MEMORY)) {
      return Optional.of(
          new Failed(Reason.MEMORY, "it wanted more than %s of memory".formatted(limits.memory())));
    }
    if (exit.status() == EXIT_REFUSED) {
      return Optional.of(new Failed(Reason.REFUSED, lastWords));
    }
    return Optional.empty();
  }

  private static String howOften(int tries, Optional<ShardFolder.Exit> exit, String lastWords) {
    var how =
        exit.map(e -> e.status() == KILLED ? "it was killed" : "exit status " + e.status())
            .orElse("it was lost");
    return "%s in try %d of %d%s"
        .formatted(how, tries, tries, lastWords.isEmpty() ? "" : ": " + lastWords);
  }

  private void start(JobSpec job, ShardFolder shard, int index) throws IOException {
    var command = new ArrayList<>(commands.of(job.runtime(), job.limits()).orElseThrow());
    Files.createDirectories(shard.path());
    shard.prepare(objects, job.shards().get(index));
    shard.clearExit();
    job.arguments().stream()
        .map(argument ->
            argument
                .replace("{in}", shard.in().toString())
                .replace("{out}", shard.partialOut().toString()))
        .forEach(command::add);
    supervisor.start(shard, index, shard.tries(), job.limits(), command);
  }

  private void killAll(List<ShardFolder> shards) throws IOException {
    for (var shard : shards) {
      supervisor.kill(shard);
    }
  }

  private List<ShardFolder> shards(JobSpec job) {
    var root = folder.resolve(job.name());
    return IntStream.range(0, job.shards().size())
        .mapToObj(index -> new ShardFolder(root.resolve(Integer.toString(index))))
        .toList();
  }
}
