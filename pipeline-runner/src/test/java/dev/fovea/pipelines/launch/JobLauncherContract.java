package dev.fovea.pipelines.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Problem;
import dev.fovea.pipelines.launch.JobSpec.Runtime;
import dev.fovea.pipelines.launch.JobState.Failed;
import dev.fovea.pipelines.launch.JobState.Reason;
import dev.fovea.pipelines.launch.JobState.Running;
import dev.fovea.pipelines.launch.JobState.Succeeded;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What every launcher does. The runtime PYTHON of a launcher under test is a POSIX shell, and the
 * program is below.
 */
public abstract class JobLauncherContract {
  /** A time limit in seconds that a small job keeps on a machine that does much else. */
  protected static final int AMPLE = 600;

  /** Arguments: what to do, the folder of inputs, the folder of outputs. */
  private static final String PROGRAM =
      """
      case $1 in
        copy) cp "$2"/* "$3"/ ;;
        index) echo "$JOB_COMPLETION_INDEX" > "$3/index" ;;
        flaky) [ "$FOVEA_JOB_FAILURES" -ge 1 ] || exit 1; echo "after $FOVEA_JOB_FAILURES" > "$3/said" ;;
        fail) echo "no luck" >&2; exit 1 ;;
        refuse) echo "this model has no forward" >&2; exit 4 ;;
        memory) sh -c 'x=$(head -c 200000000 /dev/zero | tr "\\0" x); echo ${#x}' || exit 3 ;;
        time) sleep 300 ;;
        fork) while :; do sleep 60 & sleep 0.02; done ;;
        slow) sleep 4; echo done > "$3/said" ;;
        slower) sleep 20; echo done > "$3/said" ;;
        link) ln -s /etc/hostname "$3/name" ;;
        nothing) true ;;
        report) env > "$3/env"; cat /proc/net/dev > "$3/net"
          ls /var/run/secrets > "$3/secrets" 2> /dev/null || true ;;
      esac
      """;

  /** What makes the jobs of one run of a test others than those of the run before. */
  private final String salt = UUID.randomUUID().toString();

  private final List<JobSpec> launched = new ArrayList<>();

  /** A launcher on the same jobs as the last one: another process would make it so. */
  protected abstract JobLauncher launcher();

  protected abstract ObjectStore objects();

  /** How long a small job may take here. */
  protected Duration patience() {
    return Duration.ofSeconds(60);
  }

  /** The memory that the program of this launcher gets; enough for a shell alone. */
  protected ByteSize memory() {
    return new ByteSize(48L << 20);
  }

  @AfterEach
  void discardEverything() {
    launched.forEach(launcher()::discard);
  }

  @Test
  void givesEachShardItsFilesAndKeepsWhatItMade() throws IOException {
    var job =
        job(
            "copy",
            AMPLE,
            0,
            List.of(Map.of("a", put("one"), "b.txt", put("two")), Map.of("a", put("three"))));
    var outputs = succeeded(job).outputs();
    assertThat(outputs)
        .containsExactly(
            Map.of("a", digest("one"), "b.txt", digest("two")), Map.of("a", digest("three")));
    assertThat(text(outputs.getLast().get("a"))).isEqualTo("three");
  }

  @Test
  void runsEveryShardOnceAndTellsItItsNumber() throws IOException {
    var inputs = Map.of("salt", put(salt));
    var job = job("index", AMPLE, 0, List.of(inputs, inputs, inputs));
    assertThat(succeeded(job).outputs())
        .extracting(files -> text(files.get("index")).strip())
        .containsExactly("0", "1", "2");
  }

  @Test
  void isTheSameJobForAnotherLauncherAndHoweverOftenItIsLaunched() throws IOException {
    var job = job("slow", AMPLE, 0);
    assertThat(launcher().launch(job)).isInstanceOf(Running.class);
    assertThat(launcher().launch(job)).isNotInstanceOf(Failed.class);
    var outputs = succeeded(job).outputs();
    assertThat(text(outputs.getFirst().get("said"))).isEqualTo("done\n");
    assertThat(launcher().launch(job)).isEqualTo(new Succeeded(outputs));
  }

  @Test
  void triesAgainWhatFailed() throws IOException {
    var outputs = succeeded(job("flaky", AMPLE, 2)).outputs();
    assertThat(text(outputs.getFirst().get("said"))).isEqualTo("after 1\n");
  }

  @Test
  void givesUpAfterItsRetriesAndRepeatsTheLastWords() throws IOException {
    var job = job("fail", AMPLE, 1);
    var failed = failed(job);
    assertThat(failed.reason()).isEqualTo(Reason.PROGRAM);
    assertThat(failed.explanation()).contains("exit status 1").contains("no luck");
    assertThat(launcher().launch(job)).as("and stays so").isEqualTo(failed);
  }

  @Test
  void believesAProgramThatRefusesItsInputs() throws IOException {
    assertThat(failed(job("refuse", AMPLE, 5)))
        .isEqualTo(new Failed(Reason.REFUSED, "this model has no forward"));
  }

  @Test
  void endsWhatWantsTooMuchMemoryAndDoesNotTryAgain() throws IOException {
    var failed = failed(job("memory", AMPLE, 5));
    assertThat(failed.reason()).as(failed.explanation()).isEqualTo(Reason.MEMORY);
    assertThat(failed.explanation())
        .isEqualTo("it wanted more than %s of memory".formatted(memory()));
  }

  @Test
  void endsWhatTakesTooLongAndDoesNotTryAgain() throws IOException {
    assertThat(failed(job("time", 4, 5)))
        .isEqualTo(new Failed(Reason.TIME, "it took longer than 4 s"));
  }

  @Test
  void takesNoLinkForAnOutput() throws IOException {
    var failed = failed(job("link", AMPLE, 0));
    assertThat(failed.reason()).isEqualTo(Reason.OUTPUT);
    assertThat(failed.explanation()).contains("output 'name' is a link or no plain file");
  }

  @Test
  void takesNothingForAFailure() throws IOException {
    var failed = failed(job("nothing", AMPLE, 0));
    assertThat(failed.reason()).isEqualTo(Reason.OUTPUT);
    assertThat(failed.explanation()).contains("no output file");
  }

  @Test
  void startsFromTheBeginningAfterItWasDiscarded() throws IOException {
    var job = job("fail", AMPLE, 0);
    assertThat(failed(job).reason()).isEqualTo(Reason.PROGRAM);
    launcher().discard(job);
    assertThat(launcher().launch(job)).isInstanceOf(Running.class);
  }

  @Test
  void startsNoJobByLookingAtIt() throws IOException {
    var job = job("copy", AMPLE, 0);
    assertThat(launcher().look(job)).isEmpty();
    launcher().launch(job);
    assertThat(launcher().look(job)).isPresent();
    var done = succeeded(job);
    assertThat(launcher().look(job)).contains(done);
    launcher().discard(job);
    assertThat(launcher().look(job)).isEmpty();
  }

  @Test
  void discardsWhatRunsAndWhatIsNotThere() throws IOException {
    var job = job("time", AMPLE, 0);
    launcher().discard(job);
    launcher().launch(job);
    launcher().discard(job);
    launcher().discard(job);
    assertThat(launcher().launch(job)).isInstanceOf(Running.class);
  }

  protected final Map<String, Digest> reported() throws IOException {
    return succeeded(job("report", AMPLE, 0)).outputs().getFirst();
  }

  protected final String text(Digest digest) {
    try {
      return new String(objects().bytes(digest, 1 << 20), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  protected final JobSpec job(String what, int seconds, int retries) throws IOException {
    return job(what, seconds, retries, List.of(Map.of("salt", put(salt))));
  }

  protected final JobSpec job(
      String what, int seconds, int retries, List<Map<String, Digest>> shards) {
    var job =
        new JobSpec(
            "contract",
            Runtime.PYTHON,
            List.of("-c", PROGRAM, salt, what, "{in}", "{out}"),
            shards,
            2,
            new JobLimits(memory(), Duration.ofSeconds(seconds), 1, retries));
    launched.add(job);
    return job;
  }

  protected final Succeeded succeeded(JobSpec job) {
    var end = ended(job);
    assertThat(end).isInstanceOf(Succeeded.class);
    return (Succeeded) end;
  }

  protected final Failed failed(JobSpec job) {
    var end = ended(job);
    assertThat(end).isInstanceOf(Failed.class);
    return (Failed) end;
  }

  /** Asks again where whoever runs jobs cannot be asked now, as the pipelines do. */
  private JobState ended(JobSpec job) {
    return await()
        .ignoreExceptionsMatching(
            e -> e instanceof Problem problem && problem.kind() == Problem.Kind.UNAVAILABLE)
        .atMost(patience())
        .pollInterval(Duration.ofMillis(100))
        .until(() -> launcher().launch(job), state -> !(state instanceof Running));
  }

  private Digest put(String text) throws IOException {
    return objects().put(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Digest digest(String text) {
    return Digest.sha256(text.getBytes(StandardCharsets.UTF_8));
  }
}
