package dev.fovea.pipelines.retrain;

import dev.fovea.kernel.Name;
import dev.fovea.pipelines.Retraining;
import dev.fovea.pipelines.Retrainings;
import java.util.List;
import org.springframework.web.bind.annotation.RestController;

/** Answers for retrainings. */
@RestController
class RetrainingsEndpoint implements Retrainings {
  private static final int NEWEST = 100;

  private final Trainings trainings;

  RetrainingsEndpoint(Trainings trainings) {
    this.trainings = trainings;
  }

  @Override
  public List<Retraining> retrainings(Name project) {
    return trainings.newest(project, NEWEST);
  }
}
