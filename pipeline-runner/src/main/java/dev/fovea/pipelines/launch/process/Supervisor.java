package dev.fovea.pipelines.launch.process;

import dev.fovea.pipelines.launch.JobLimits;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Starts a try of a shard under a shell that outlives this process and notes how it ended. The
 * shard's lock is inherited by everything that the try starts: as long as any of it lives, no other
 * try begins, whichever process wants one.
 */
final class Supervisor {
  /** What flock exits with where somebody else has the lock. */
  private static final int TAKEN = 75;

  /**
   * Arguments: the shard's folder, seconds, KiB of data, KiB of one file, the words of the
   * isolation and their number first, then the command. The limits are set inside the namespaces,
   * so that they bind the program and not the supervisor.
   */
  private static final String SCRIPT =
      """
      cd "$1" || exit 70
      seconds=$2 data=$3 file=$4 words=$5
      shift 5
      echo $$ > pid.tmp && mv pid.tmp pid
      echo try >> tries
      rm -rf out.part out tmp exit
      mkdir out.part tmp
      begun=$(date +%s)
      isolation=''
      while [ "$words" -gt 0 ]; do isolation="$isolation $1"; shift; words=$((words - 1)); done
      timeout -s KILL "$seconds" $isolation \\
        sh -c 'ulimit -c 0; ulimit -d "$1"; ulimit -f "$2"; shift 2; exec "$@"' limits "$data" "$file" "$@" > log 2>&1
      status=$?
      [ "$status" -eq 0 ] && mv out.part out
      echo "$status $(($(date +%s) - begun))" > exit.tmp && mv exit.tmp exit
      """;

  private static final long LARGEST_FILE_BYTES = 4L << 30;
  private static final int BLOCK_BYTES = 512;
  private static final int WAIT_SECONDS = 10;

  private final Isolation isolation;

  Supervisor(Isolation isolation) {
    this.isolation = isolation;
  }

  /**
   * Starts a try and returns once it holds the lock; where another one runs, nothing happens.
   *
   * @param failures how many tries went before
   */
  void start(ShardFolder shard, int index, int failures, JobLimits limits, List<String> program)
      throws IOException {
    var command = new ArrayList<String>();
    command.addAll(List.of("setsid", "flock", "-n", "-E", Integer.toString(TAKEN)));
    command.add(shard.lock().toString());
    command.addAll(List.of("sh", "-c", SCRIPT, "fovea-job"));
    command.add(shard.path().toString());
    command.add(Long.toString(limits.time().toSeconds()));
    command.add(Long.toString(limits.memory().bytes() / 1024));
    command.add(Long.toString(LARGEST_FILE_BYTES / BLOCK_BYTES));
    command.add(Integer.toString(isolation.prefix().size()));
    command.addAll(isolation.prefix());
    command.addAll(program);
    var builder =
        new ProcessBuilder(command)
            .directory(shard.path().toFile())
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    var environment = builder.environment();
    environment.clear();
    environment.put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    environment.put("LANG", "C.UTF-8");
    environment.put("HOME", shard.temporary().toString());
    environment.put("TMPDIR", shard.temporary().toString());
    environment.put("OMP_NUM_THREADS", Integer.toString(limits.cpus()));
    environment.put("JOB_COMPLETION_INDEX", Integer.toString(index));
    environment.put("FOVEA_JOB_FAILURES", Integer.toString(failures));
    var process = builder.start();
    for (int i = 0; process.isAlive() && shard.tries() == failures; i++) {
      if (i == WAIT_SECONDS * 100) {
        process.destroyForcibly();
        throw new IOException("a job in %s does not begin".formatted(shard.path()));
      }
      pause(10);
    }
  }

  /** Whether any process of the shard lives, of whichever parent. */
  boolean lives(ShardFolder shard) throws IOException {
    if (!Files.exists(shard.lock())) {
      return false;
    }
    return await(
            new ProcessBuilder(
                "flock", "-n", "-E", Integer.toString(TAKEN), shard.lock().toString(), "true"))
        == TAKEN;
  }

  /**
   * Ends the shard's processes; returns when none is left. Whom to end is asked of the kernel again
   * and again: a list of descendants misses what they start while it is gone through, and such a
   * child has no parent any more by which it could be found.
   */
  void kill(ShardFolder shard) throws IOException {
    for (int i = 0; lives(shard); i++) {
      if (i == WAIT_SECONDS * 10) {
        throw new IOException("processes of %s do not end".formatted(shard.path()));
      }
      LockHolders.of(shard.lock()).forEach(ProcessHandle::destroyForcibly);
      pause(100);
    }
  }

  private static void pause(int millis) throws IOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a job begins or ends");
    }
  }

  private static int await(ProcessBuilder command) throws IOException {
    var process =
        command.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    try {
      if (!process.waitFor(WAIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException("flock does not answer");
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
