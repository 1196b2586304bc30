package dev.fovea.pipelines.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.kernel.Digest;
import dev.fovea.pipelines.fixture.Batch;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.job.parameters.JobParametersBuilder;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;

class BatchRunsTest {
  private static final Digest KEY = Digest.sha256("key".getBytes(StandardCharsets.UTF_8));

  private final AtomicInteger steps = new AtomicInteger();

  @Test
  void startsWhatAKillLeftWithoutAnExecution() throws Exception {
    try (var batch = new Batch()) {
      var job = job(batch);
      var runs = batch.runs(job);
      // As Batch does it first, in a transaction of its own, when it starts a job.
      batch
          .jobs()
          .createJobInstance(
              job.getName(),
              new JobParametersBuilder().addString("key", KEY.toString()).toJobParameters());

      assertThat(runs.run(job, KEY)).isEqualTo(new BatchRuns.End.Completed());
      assertThat(runs.run(job, KEY)).as("done before").isEqualTo(new BatchRuns.End.Completed());
      assertThat(steps).hasValue(1);
    }
  }

  private Job job(Batch batch) {
    var step =
        new StepBuilder("step", batch.jobs())
            .tasklet(
                (_, _) -> {
                  steps.incrementAndGet();
                  return RepeatStatus.FINISHED;
                },
                batch.transactionManager())
            .build();
    return new JobBuilder("short", batch.jobs()).start(step).build();
  }
}
