package dev.fovea.pipelines.retrain;

import dev.fovea.datasets.DatasetCommitted;
import dev.fovea.datasets.Datasets;
import dev.fovea.pipelines.artefact.Artefacts;
import dev.fovea.pipelines.artefact.Exports;
import dev.fovea.pipelines.job.BatchRuns;
import dev.fovea.pipelines.job.Steps;
import dev.fovea.registry.Models;
import dev.fovea.registry.Runs;
import dev.fovea.roles.ServiceRole;
import dev.fovea.roles.queue.Handler;
import dev.fovea.roles.queue.Queue;
import dev.fovea.roles.queue.Work;
import dev.fovea.store.ObjectStore;
import java.util.List;
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

/** The retrain job and what starts it. */
@Configuration(proxyBeanMethods = false)
public class RetrainConfiguration {
  @Bean
  Trainings trainings(JdbcClient jdbc, JsonMapper json) {
    return new Trainings(jdbc, json);
  }

  @Bean
  Work<RetrainRunner.Due> retrainWork(ObjectProvider<RetrainRunner> runner) {
    return new Work<>("retrain", RetrainRunner.Due.class, due -> runner.getObject().run(due));
  }

  @Bean
  RetrainBoard retrainBoard(
      Trainings trainings,
      ObjectStore objects,
      PlatformTransactionManager transactions,
      @Qualifier("pipelinesQueue") Queue queue) {
    return new RetrainBoard(
        trainings, objects, new TransactionTemplate(transactions), queue::publish);
  }

  @Bean
  Job retrain(
      JobRepository jobs,
      PlatformTransactionManager transactions,
      RetrainBoard board,
      Artefacts artefacts,
      Exports exports,
      ObjectStore objects,
      Runs runs,
      Models models) {
    return new Steps<>(jobs, transactions, board, board::state)
        .job(
            "retrain",
            List.of(
                new FeaturesStep(artefacts, exports, objects),
                new FitStep(artefacts, exports, objects),
                new RegisterStep(runs, models, objects)));
  }

  @Bean
  RetrainRunner retrainRunner(
      BatchRuns runs,
      @Qualifier("retrain") Job retrain,
      Trainings trainings,
      PlatformTransactionManager transactions) {
    return new RetrainRunner(runs, retrain, trainings, new TransactionTemplate(transactions));
  }

  @Bean
  Handler<DatasetCommitted> retrainOnLabels(
      Datasets datasets,
      Models models,
      ObjectStore objects,
      Trainings trainings,
      PlatformTransactionManager transactions,
      @Qualifier("pipelinesQueue") Queue queue,
      Work<RetrainRunner.Due> work) {
    var starts =
        new RetrainStarts(
            datasets,
            models,
            objects,
            trainings,
            new TransactionTemplate(transactions),
            training -> queue.enqueue(work, training.toString(), new RetrainRunner.Due(training)));
    return Handler.of(ServiceRole.PIPELINES, DatasetCommitted.class, starts::committed);
  }

  @Bean
  RetrainingsEndpoint retrainingsEndpoint(Trainings trainings) {
    return new RetrainingsEndpoint(trainings);
  }
}
