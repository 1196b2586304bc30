package dev.fovea.pipelines.release;

import dev.fovea.datasets.Datasets;
import dev.fovea.kernel.Digest;
import dev.fovea.lab.Lab;
import dev.fovea.lab.ProfileFinished;
import dev.fovea.pipelines.artefact.Artefacts;
import dev.fovea.pipelines.artefact.Exports;
import dev.fovea.pipelines.artefact.PythonExport;
import dev.fovea.pipelines.job.BatchRuns;
import dev.fovea.pipelines.job.Steps;
import dev.fovea.pipelines.launch.HeavyJobs;
import dev.fovea.pipelines.launch.JobLauncher;
import dev.fovea.pipelines.launch.JobWatch;
import dev.fovea.pipelines.launch.JobWatch.Watched;
import dev.fovea.pipelines.launch.PipelinesProperties;
import dev.fovea.pipelines.request.CommitOfBuild;
import dev.fovea.pipelines.request.Requests;
import dev.fovea.pipelines.status.CommitStatuses;
import dev.fovea.pipelines.status.Standings;
import dev.fovea.registry.ModelVersionRegistered;
import dev.fovea.registry.Models;
import dev.fovea.registry.Runs;
import dev.fovea.registry.SignedModels;
import dev.fovea.roles.ServiceRole;
import dev.fovea.roles.queue.Handler;
import dev.fovea.roles.queue.Queue;
import dev.fovea.roles.queue.Work;
import dev.fovea.rollouts.RolloutEnded;
import dev.fovea.rollouts.Rollouts;
import dev.fovea.store.ObjectStore;
import java.util.function.Consumer;
import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/** The release job and what starts it. */
@Configuration(proxyBeanMethods = false)
public class ReleaseConfiguration {
  @Bean
  OrderSteps orderSteps(JdbcClient jdbc) {
    return new OrderSteps(jdbc);
  }

  @Bean
  Orders orders(JdbcClient jdbc, JsonMapper json, OrderSteps steps) {
    return new Orders(jdbc, json, steps);
  }

  @Bean
  Standings standings(Orders orders, ObjectStore objects) {
    return new GateStandings(orders, objects);
  }

  /**
   * The provider breaks the circle: the queue knows its work, and the work publishes through the
   * queue.
   */
  @Bean
  Work<ReleaseRunner.Due> releaseWork(ObjectProvider<ReleaseRunner> runner) {
    return new Work<>("release", ReleaseRunner.Due.class, due -> runner.getObject().run(due));
  }

  /** What looks at heavy jobs and starts the releases that wait for them. */
  @Bean
  Work<Watched> jobWatchWork(ObjectProvider<JobWatch> watch) {
    return new Work<>("job-watch", Watched.class, watched -> watch.getObject().look(watched));
  }

  @Bean
  JobWatch jobWatch(
      JobLauncher launcher,
      ObjectStore objects,
      PipelinesProperties properties,
      PlatformTransactionManager transactions,
      @Qualifier("pipelinesQueue") Queue queue,
      @Qualifier("jobWatchWork") Work<Watched> watch,
      @Qualifier("releaseWork") Work<ReleaseRunner.Due> release) {
    return new JobWatch(
        launcher,
        objects,
        new TransactionTemplate(transactions),
        watched -> queue.enqueue(watch, watched.id(), watched, properties.jobs().poll()),
        run(queue, release));
  }

  @Bean
  ReleaseBoard releaseBoard(
      Orders orders,
      OrderSteps steps,
      ObjectStore objects,
      PlatformTransactionManager transactions,
      @Qualifier("pipelinesQueue") Queue queue,
      @Qualifier("jobWatchWork") Work<Watched> watch) {
    return new ReleaseBoard(
        orders,
        steps,
        objects,
        new TransactionTemplate(transactions),
        queue::publish,
        watched -> queue.enqueue(watch, watched.id(), watched));
  }

  @Bean
  Job release(
      JobRepository jobs,
      PlatformTransactionManager transactions,
      ReleaseBoard board,
      Exports exports,
      Artefacts artefacts,
      HeavyJobs heavy,
      PipelinesProperties properties,
      ObjectStore objects,
      Lab lab,
      Rollouts rollouts) {
    var limits = properties.jobs().limits();
    var python = new PythonExport(artefacts, objects, properties.python().limits(limits.cpus()));
    var splitting =
        new EvaluateStep.Splitting(
            properties.evaluation().inProcess(),
            properties.evaluation().shard(),
            properties.jobs().parallelism(),
            limits);
    return new Steps<>(jobs, transactions, board, board::state)
        .job(
            ReleaseJob.NAME,
            ReleaseJob.of(
                new ExportStep(exports, python, heavy, objects),
                new ParityStep(objects),
                new QuantizeStep(artefacts, objects, lab),
                new EvaluateStep(artefacts, objects, heavy, splitting),
                new ProfileStep(lab),
                new GateStep(lab, objects),
                new StartRolloutStep(rollouts, objects)));
  }

  @Bean
  ReleaseRunner releaseRunner(
      BatchRuns runs,
      @Qualifier("release") Job release,
      Orders orders,
      Lab lab,
      PlatformTransactionManager transactions,
      @Qualifier("pipelinesQueue") Queue queue,
      @Qualifier("releaseWork") Work<ReleaseRunner.Due> work,
      CommitStatuses statuses) {
    return new ReleaseRunner(
        runs,
        release,
        orders,
        lab,
        new TransactionTemplate(transactions),
        queue::publish,
        run(queue, work),
        statuses::changed);
  }

  @Bean
  ReleaseStarts releaseStarts(
      Datasets datasets,
      Models models,
      SignedModels signed,
      ObjectStore objects,
      Orders orders,
      PlatformTransactionManager transactions,
      @Qualifier("pipelinesQueue") Queue queue,
      @Qualifier("releaseWork") Work<ReleaseRunner.Due> work) {
    return new ReleaseStarts(
        datasets,
        models,
        signed,
        objects,
        orders,
        new TransactionTemplate(transactions),
        queue::publish,
        run(queue, work));
  }

  @Bean
  ReleasesEndpoint releasesEndpoint(
      ReleaseStarts starts,
      Orders orders,
      JdbcClient jdbc,
      PlatformTransactionManager transactions,
      @Qualifier("pipelinesQueue") Queue queue,
      Models models,
      Runs runs,
      BatchRuns batch,
      Lab lab,
      ObjectStore objects,
      CommitStatuses statuses) {
    return new ReleasesEndpoint(
        starts,
        orders,
        new Requests(
            jdbc, new TransactionTemplate(transactions), queue::publish, statuses::changed),
        new CommitOfBuild(models, runs),
        new RecordedMeasures(batch, orders, lab, objects),
        objects,
        statuses);
  }

  @Bean
  ReleaseEvents releaseEvents(
      Datasets datasets,
      Models models,
      ReleaseStarts starts,
      Orders orders,
      PlatformTransactionManager transactions,
      @Qualifier("pipelinesQueue") Queue queue,
      @Qualifier("releaseWork") Work<ReleaseRunner.Due> work) {
    return new ReleaseEvents(
        datasets, models, starts, orders, new TransactionTemplate(transactions), run(queue, work));
  }

  @Bean
  Handler<ModelVersionRegistered> releaseWhatIsRegistered(ReleaseEvents events) {
    return Handler.of(ServiceRole.PIPELINES, ModelVersionRegistered.class, events::registered);
  }

  @Bean
  Handler<ProfileFinished> goOnAfterProfile(ReleaseEvents events) {
    return Handler.of(ServiceRole.PIPELINES, ProfileFinished.class, events::profiled);
  }

  @Bean
  Handler<RolloutEnded> noteHowTheRolloutEnded(ReleaseEvents events) {
    return Handler.of(ServiceRole.PIPELINES, RolloutEnded.class, events::rolledOut);
  }

  private static Consumer<Digest> run(Queue queue, Work<ReleaseRunner.Due> work) {
    return release -> queue.enqueue(work, release.toString(), new ReleaseRunner.Due(release));
  }
}
