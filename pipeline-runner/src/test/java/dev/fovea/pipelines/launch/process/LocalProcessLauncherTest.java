package dev.fovea.pipelines.launch.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fovea.pipelines.launch.JobLauncher;
import dev.fovea.pipelines.launch.JobLauncherContract;
import dev.fovea.pipelines.launch.JobSpec;
import dev.fovea.pipelines.launch.JobState;
import dev.fovea.pipelines.launch.JobState.Reason;
import dev.fovea.store.ObjectStore;
import dev.fovea.store.memory.MemoryObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Each test has a folder of its own, and most of their time is waiting. */
@Execution(ExecutionMode.CONCURRENT)
class LocalProcessLauncherTest extends JobLauncherContract {
  private static final Isolation ISOLATION = Isolation.available();

  private final ObjectStore objects = new MemoryObjectStore();
  @TempDir private Path folder;

  @Override
  protected JobLauncher launcher() {
    return new LocalProcessLauncher(
        folder.resolve("jobs"),
        new Commands(List.of(), Optional.of(List.of("sh"))),
        objects,
        ISOLATION);
  }

  @Override
  protected ObjectStore objects() {
    return objects;
  }

  @Test
  void givesAProgramNothingOfItsOwnEnvironment() throws IOException {
    assertThat(text(reported().get("env")).lines().map(line -> line.replaceAll("=.*", "")))
        .isSubsetOf(
            "PATH",
            "LANG",
            "HOME",
            "TMPDIR",
            "PWD",
            "OLDPWD",
            "SHLVL",
            "_",
            "OMP_NUM_THREADS",
            "JOB_COMPLETION_INDEX",
            "FOVEA_JOB_FAILURES");
  }

  @Test
  void givesAProgramNoNetworkWhereTheKernelAllowsThat() throws IOException {
    var interfaces = text(reported().get("net")).lines().skip(2).map(String::strip).toList();
    if (ISOLATION == Isolation.NONE) {
      assertThat(interfaces).isNotEmpty();
    } else {
      assertThat(interfaces).hasSize(1).allMatch(line -> line.startsWith("lo:"));
    }
  }

  @Test
  void startsNoSecondTryWhileTheFirstOneLives() throws IOException {
    var job = job("slow", 60, 0);
    for (int i = 0; i < 10; i++) {
      assertThat(launcher().launch(job)).isInstanceOf(JobState.Running.class);
    }
    awaitFile(shard(job).resolve("tries"));
    succeeded(job);
    assertThat(Files.readAllLines(shard(job).resolve("tries"))).hasSize(1);
  }

  @Test
  void redoesAShardWhoseProcessesWereKilled() throws IOException {
    var job = job("slow", 60, 1);
    launcher().launch(job);
    kill(job);
    succeeded(job);
    assertThat(Files.readAllLines(shard(job).resolve("tries"))).hasSize(2);
  }

  @Test
  void redoesAShardNoMoreOftenThanItMay() throws IOException {
    var job = job("slow", 60, 1);
    launcher().launch(job);
    kill(job);
    launcher().launch(job);
    kill(job);
    var failed = failed(job);
    assertThat(failed.reason()).isEqualTo(Reason.PROGRAM);
    assertThat(failed.explanation()).contains("it was lost in try 2 of 2");
  }

  @Test
  void endsEveryProcessOfAJobThatIsDiscarded() throws IOException {
    var job = job("time", 60, 0);
    launcher().launch(job);
    var pid = pid(job);
    var tree = ProcessHandle.of(pid).orElseThrow().descendants().toList();
    launcher().discard(job);
    await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
    await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> tree.stream().noneMatch(ProcessHandle::isAlive));
    assertThat(shard(job).getParent()).doesNotExist();
  }

  @Test
  void sweepsWhatIsLeftOfOldJobsAndNothingThatRuns() throws IOException {
    var old = job("copy", 60, 0);
    succeeded(old);
    var running = job("time", 60, 0);
    launcher().launch(running);
    for (var job : List.of(old, running)) {
      Files.setLastModifiedTime(shard(job), FileTime.fromMillis(0));
      Files.setLastModifiedTime(shard(job).getParent(), FileTime.fromMillis(0));
    }
    ((LocalProcessLauncher) launcher()).sweep(Duration.ofDays(7));
    assertThat(shard(old).getParent()).doesNotExist();
    assertThat(shard(running)).exists();
  }

  @Test
  void leavesNoInputAndNoOutputBehindWhenAJobIsDone() throws IOException {
    var job = job("copy", 60, 0);
    succeeded(job);
    try (var files = Files.list(shard(job))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("lock", "pid", "tries", "log", "exit", "result.json");
    }
  }

  /** A shell that starts children all the while: none of them outlives the job. */
  @Test
  void endsAJobThatForksWhileItIsEnded() throws IOException {
    for (int turn = 0; turn < 2; turn++) {
      var job = job("fork", 60, turn);
      launcher().launch(job);
      awaitFile(shard(job).resolve("out.part"));
      var lock = shard(job).resolve("lock");
      await().atMost(Duration.ofSeconds(20)).until(() -> LockHolders.of(lock).size() > 10);
      var holders = LockHolders.of(lock);

      launcher().discard(job);

      // What is dead and not yet waited for by its parent counts as alive for a moment.
      await()
          .atMost(Duration.ofSeconds(5))
          .until(() -> holders.stream().noneMatch(ProcessHandle::isAlive));
      assertThat(shard(job)).doesNotExist();
    }
  }

  @Test
  void endsNobodyWhoOnlyHasTheLockOpen() throws IOException {
    var job = job("time", 60, 0);
    launcher().launch(job);
    pid(job);
    try (var _ = Files.newInputStream(shard(job).resolve("lock"))) {
      assertThat(LockHolders.of(shard(job).resolve("lock")))
          .isNotEmpty()
          .doesNotContain(ProcessHandle.current());
      launcher().discard(job);
    }
  }

  private void kill(JobSpec job) throws IOException {
    pid(job);
    new Supervisor(ISOLATION).kill(new ShardFolder(shard(job)));
    Files.delete(shard(job).resolve("pid"));
  }

  private long pid(JobSpec job) throws IOException {
    awaitFile(shard(job).resolve("pid"));
    awaitFile(shard(job).resolve("out.part"));
    return new ShardFolder(shard(job)).pid().orElseThrow();
  }

  private Path shard(JobSpec job) {
    return folder.resolve("jobs").resolve(job.name()).resolve("0");
  }

  private static void awaitFile(Path file) {
    await().atMost(Duration.ofSeconds(20)).until(() -> Files.exists(file));
  }
}
