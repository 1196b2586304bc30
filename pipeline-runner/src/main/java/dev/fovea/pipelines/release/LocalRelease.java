package dev.fovea.pipelines.release;

import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.GitCommit;
import dev.fovea.lab.Lab;
import dev.fovea.pipelines.LocalCheck.Watching;
import dev.fovea.pipelines.Release;
import dev.fovea.pipelines.Verdict;
import dev.fovea.pipelines.artefact.Artefacts;
import dev.fovea.pipelines.artefact.Exports;
import dev.fovea.pipelines.artefact.PythonExport;
import dev.fovea.pipelines.job.JobStep;
import dev.fovea.pipelines.job.Outcome;
import dev.fovea.pipelines.launch.HeavyJobs;
import dev.fovea.pipelines.launch.JobLimits;
import dev.fovea.registry.ModelVersion.Format;
import dev.fovea.store.ObjectStore;
import dev.fovea.teamfile.Gate.Variant;
import dev.fovea.teamfile.TeamFile;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.batch.core.job.JobExecution;
import org.springframework.batch.core.job.JobInstance;
import org.springframework.batch.core.job.parameters.JobParameters;
import org.springframework.batch.core.step.StepExecution;

/**
 * The steps of the release job up to its verdict, one after another in this process and for nobody:
 * no lineage, no rollout, no service but the lab that it is given.
 */
public final class LocalRelease {
  /** Of a policy that no commit has. */
  private static final GitCommit NO_COMMIT = GitCommit.of("0".repeat(40));

  private static final JobLimits UNUSED =
      new JobLimits(new ByteSize(1L << 30), Duration.ofMinutes(1), 1, 1);

  private final ObjectStore objects;
  private final List<JobStep<ReleaseState>> steps;
  private final Watching watching;

  /**
   * What is to be judged.
   *
   * @param model the file as it was trained
   * @param recording the inputs and outputs that the exported model must repeat, where there are
   * @param dataset the object with the manifest
   * @param policy has a release
   */
  public record Candidate(
      Digest model,
      Format format,
      Optional<Digest> recording,
      Digest dataset,
      TeamFile policy,
      String policyText) {}

  /** What came of it. */
  public record Judged(Digest fp32, Digest int8, Verdict verdict, List<Release.Step> steps) {
    public Judged {
      steps = List.copyOf(steps);
    }
  }

  public LocalRelease(Artefacts artefacts, ObjectStore objects, Lab lab, Watching watching) {
    this.objects = objects;
    this.watching = watching;
    var jobs = new HeavyJobs(new NoJobs(), objects);
    var whole = new EvaluateStep.Splitting(Integer.MAX_VALUE, Integer.MAX_VALUE, 1, UNUSED);
    this.steps =
        List.of(
            new ExportStep(
                new Exports(artefacts, objects),
                new PythonExport(artefacts, objects, UNUSED),
                jobs,
                objects),
            new ParityStep(objects),
            new QuantizeStep(artefacts, objects, lab),
            new EvaluateStep(artefacts, objects, jobs, whole),
            new ProfileStep(lab),
            new GateStep(lab, objects));
  }

  /**
   * Runs every step.
   *
   * @throws dev.fovea.kernel.Problem as the release job would fail with
   */
  public Judged judge(Candidate candidate) throws Exception {
    var order = order(candidate);
    var execution = new JobExecution(1, new JobInstance(1, ReleaseJob.NAME), new JobParameters());
    var done = new ArrayList<Release.Step>();
    for (var step : steps) {
      done.add(run(step, order, candidate.policy(), execution));
    }
    var state =
        state(order, candidate.policy(), new StepExecution(steps.size(), "end", execution), "end");
    return new Judged(
        state.variant(Variant.FP32),
        state.variant(Variant.INT8),
        GateStep.read(objects, state.verdict().orElseThrow()),
        done);
  }

  private Release.Step run(
      JobStep<ReleaseState> step, Order order, TeamFile policy, JobExecution execution)
      throws Exception {
    var state =
        state(
            order,
            policy,
            new StepExecution(steps.indexOf(step), step.name(), execution),
            step.name());
    var began = Clock.systemUTC().instant();
    long start = System.nanoTime();
    watching.at(step.name(), 0, "");
    while (true) {
      switch (step.run(state)) {
        case Outcome.Done(var summary, _) -> {
          return ended(step, "done", began, start, summary);
        }
        case Outcome.NotNeeded() -> {
          return ended(step, "not needed", began, start, "");
        }
        case Outcome.Going(double share, var summary) -> watching.at(step.name(), share, summary);
        case Outcome.Waiting(var summary) ->
            throw new IllegalStateException(
                "step %s waits for somebody: %s".formatted(step.name(), summary));
      }
    }
  }

  private static Release.Step ended(
      JobStep<ReleaseState> step, String how, Instant began, long start, String summary) {
    return new Release.Step(
        step.name(),
        how,
        1,
        Optional.of(began),
        Duration.ofNanos(System.nanoTime() - start),
        summary);
  }

  private ReleaseState state(Order order, TeamFile policy, StepExecution step, String name) {
    return new ReleaseState(
        order,
        policy,
        step,
        new ReleaseState.Progress() {
          @Override
          public void at(double share, String summary) {
            watching.at(name, share, summary);
          }

          @Override
          public void cost(String words) {
            watching.cost(name, words);
          }
        });
  }

  private static Order order(Candidate candidate) {
    var spec = candidate.policy().release().orElseThrow();
    return new Order(
        candidate.policy().project(),
        spec.model(),
        0,
        candidate.model(),
        candidate.format(),
        candidate.recording(),
        spec.dataset(),
        candidate.dataset(),
        0,
        NO_COMMIT,
        Digest.sha256(candidate.policyText().getBytes(StandardCharsets.UTF_8)),
        "",
        Clock.systemUTC().instant());
  }
}
