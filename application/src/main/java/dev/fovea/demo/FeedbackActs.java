package dev.fovea.demo;

import dev.fovea.datasets.Annotation;
import dev.fovea.datasets.Frames;
import dev.fovea.pipelines.Retraining;
import dev.fovea.pipelines.Retrainings;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;

/** What production was unsure of is labelled and comes back as the next dataset version. */
final class FeedbackActs {
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final int BUDGET = 120;
  private final boolean annotate;

  FeedbackActs(boolean annotate) {
    this.annotate = annotate;
  }

  /** How well the model in production reads the new cameras. */
  void accuracyBefore(Stage stage, Story story) throws Exception {
    var before = story.measured("accuracy-before", () -> story.heldOut().accuracy(stage));
    stage
        .narrator()
        .done(
            "production is not like the lab",
            "%.1f %% of %d held-out pictures read correctly"
                .formatted(100 * before, story.heldOut().size()));
  }

  /** The frames most worth labelling are chosen and labelled. */
  void labels(Stage stage, Story story) throws Exception {
    var batch = batch(stage, story);
    if (batch.version().isEmpty()) {
      if (annotate) {
        waitForPerson(stage, batch);
      } else {
        answerFromTruth(stage, story, batch);
      }
    }
    var version = stage.engineer().as(Annotation.class).commit(stage.project(), batch.digest());
    var labelled =
        stage.engineer().as(Annotation.class).batch(stage.project(), batch.digest()).labelled();
    stage
        .narrator()
        .done(
            "labels → dataset version",
            "%s@%d · %d frames%s · commit %s"
                .formatted(
                    version.dataset(),
                    version.number(),
                    labelled,
                    annotate
                        ? " labelled by you"
                        : " labelled from the known truth (--annotate lets you)",
                    version.commit().abbreviated()));
  }

  /** The commit trains the head again and registers what comes out. */
  void retraining(Stage stage, Story story) throws Exception {
    var retraining =
        Patience.until(
                "the retraining",
                LIMIT,
                () ->
                    stage.engineer().as(Retrainings.class).retrainings(stage.project()).stream()
                        .findFirst(),
                found ->
                    found
                        .map(Retraining::state)
                        .filter(state -> !state.equals("running"))
                        .isPresent())
            .orElseThrow();
    if (retraining.number().isEmpty()) {
      throw new IllegalStateException("the retraining failed: " + retraining.summary());
    }
    stage
        .narrator()
        .done(
            "retrained by the commit",
            "digit-reader %d · %s".formatted(retraining.number().get(), retraining.summary()));
  }

  /** How well the model that is in production now reads them. */
  void accuracyAfter(Stage stage, Story story) throws Exception {
    var before = story.measured("accuracy-before", () -> story.heldOut().accuracy(stage));
    var after = story.measured("accuracy-after", () -> story.heldOut().accuracy(stage));
    stage
        .narrator()
        .done(
            "what the labels were worth",
            "%.1f %% → %.1f %% on the same %d held-out pictures"
                .formatted(100 * before, 100 * after, story.heldOut().size()));
  }

  private static Annotation.Batch batch(Stage stage, Story story) throws Exception {
    var annotation = stage.engineer().as(Annotation.class);
    var earlier = annotation.batches(stage.project()).stream().findFirst();
    if (earlier.isPresent()) {
      return earlier.get();
    }
    var frames = stage.engineer().as(Frames.class);
    story.measured(
        "pictures-sent",
        () -> new Traffic(stage).send(story.stream(), story.stream().size(), () -> false));
    Patience.until(
        "enough captured frames", LIMIT, () -> frames.count(stage.project()), new Settled(BUDGET));
    stage
        .narrator()
        .done("frames it was unsure of", "%,d captured".formatted(frames.count(stage.project())));
    return annotation.select(
        stage.project(), new Annotation.Selection(Stage.DATASET, Stage.MODEL, BUDGET));
  }

  private static void answerFromTruth(Stage stage, Story story, Annotation.Batch batch) {
    var annotation = stage.annotator().as(Annotation.class);
    var bar = stage.narrator().progress("labelling", batch.items());
    int labelled = batch.labelled();
    for (var item = annotation.lease(stage.project(), batch.digest());
        item.isPresent();
        item = annotation.lease(stage.project(), batch.digest())) {
      var label = Integer.toString(story.truthOf(item.get().image()));
      annotation.label(
          stage.project(),
          batch.digest(),
          item.get().number(),
          new Annotation.Answer(Optional.of(label)));
      bar.accept(++labelled);
    }
  }

  private static void waitForPerson(Stage stage, Annotation.Batch batch)
      throws InterruptedException {
    stage
        .narrator()
        .waiting(
            "your turn",
            "label %d frames (keys 0-9) at %s"
                .formatted(
                    batch.items(),
                    stage.page("/batches/" + batch.digest().abbreviated() + "/frames/1")));
    var annotation = stage.engineer().as(Annotation.class);
    Patience.until(
        "the labels",
        Turns.PATIENCE,
        () -> annotation.batch(stage.project(), batch.digest()),
        now -> now.labelled() >= now.items());
  }

  /** Enough, and no more coming: frames are captured off the answers' path. */
  private static final class Settled implements Predicate<Long> {
    private final long enough;
    private long before = -1;

    Settled(long enough) {
      this.enough = enough;
    }

    @Override
    public boolean test(Long count) {
      boolean same = count == before;
      before = count;
      return same && count >= enough;
    }
  }
}
