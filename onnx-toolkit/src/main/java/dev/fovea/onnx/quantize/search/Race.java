package dev.fovea.onnx.quantize.search;

import dev.fovea.kernel.Problem;
import dev.fovea.onnx.quantize.prepare.NotQuantizable;
import dev.fovea.onnx.quantize.search.Front.Left;
import dev.fovea.onnx.quantize.search.Front.Point;
import dev.fovea.onnx.quantize.search.Front.Reason;
import dev.fovea.vision.metrics.bootstrap.BootstrapInterval;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Asks the candidates about ever more images, each look at twice as many as the one before, and
 * stops each as soon as it is known what it is worth.
 *
 * <p>A candidate leaves when the whole interval of its drop is beyond the budget, and is sure when
 * the whole interval is within. The error that one may make is shared out among the looks
 * (Bonferroni), so that looking often does not make a wrong decision likelier. An interval from
 * resamples knows nothing of what none of the images showed: where a kind of image is missing in n
 * of them, at most a share of ln(1/e)/n of all are of it (the rule of three), so no interval is
 * narrower than that.
 */
final class Race<A> {
  /** So many go on whatever the others are. */
  private static final int LEAST_FIELD = 4;

  private static final int ASKED_TOGETHER = 64;

  private final SearchTask<A> task;
  private final SearchSettings settings;
  private final Work work;
  private final Runner<A> base;
  private final List<Runner<A>> field;
  private final List<Left> left;
  private final List<Integer> order;
  private final List<Integer> looks;

  Race(
      SearchTask<A> task,
      SearchSettings settings,
      Work work,
      Runner<A> base,
      List<Runner<A>> field,
      List<Left> left) {
    this.task = task;
    this.settings = settings;
    this.work = work;
    this.base = base;
    this.field = new ArrayList<>(field);
    this.left = left;
    this.order = order(task.images(), settings.seed());
    this.looks = looks(task.images(), settings.firstLook());
  }

  /** By chance, so that the first images are not all of one class. */
  private static List<Integer> order(int images, long seed) {
    var places = new ArrayList<>(IntStream.range(0, images).boxed().toList());
    Collections.shuffle(places, new Random(seed));
    return places;
  }

  static List<Integer> looks(int images, int first) {
    var looks = new ArrayList<Integer>();
    for (long look = first; look < images; look *= 2) {
      looks.add((int) look);
    }
    looks.add(images);
    return looks;
  }

  /** The points of the front. */
  List<Point> run() throws IOException {
    int entered = field.size();
    for (int i = 0; i < looks.size() && !field.isEmpty(); i++) {
      int images = looks.get(i);
      ask(base, images);
      for (var runner : List.copyOf(field)) {
        look(runner, images, i == looks.size() - 1);
      }
      leaveDominated();
      if (i < looks.size() - 1) {
        halve(Math.max(LEAST_FIELD, (entered + (1 << (i + 1)) - 1) >> (i + 1)));
      }
    }
    ask(base, task.images());
    return points();
  }

  private void look(Runner<A> runner, int images, boolean last) throws IOException {
    try {
      ask(runner, images);
    } catch (Problem e) {
      leave(runner, Reason.FAILED, "cannot be asked: " + e.explanation());
      return;
    }
    var measured = drop(runner);
    if (measured.isEmpty()) {
      if (last) {
        leave(
            runner,
            Reason.FAILED,
            "the measure is not defined on its answers to %d images".formatted(images));
      }
      return;
    }
    runner.looked(measured.get(), settings.budget());
    if (!runner.isSure() && runner.drop().low() > settings.budget()) {
      leave(runner, Reason.BEYOND, "falls by " + words(runner.drop(), images));
    } else if (last && !runner.isSure() && runner.drop().estimate() > settings.budget()) {
      leave(
          runner,
          Reason.BEYOND,
          "falls by %s; more images might tell otherwise".formatted(words(runner.drop(), images)));
    }
  }

  private void ask(Runner<A> runner, int images) throws IOException {
    while (runner.answers.size() < images) {
      int from = runner.answers.size();
      int to = Math.min(images, from + ASKED_TOGETHER);
      work.step("%s: image %d of %d".formatted(runner.candidate.name(), from, order.size()));
      var answers = task.answers(runner.file, order.subList(from, to));
      if (answers.size() != to - from) {
        throw new IllegalStateException(
            "%d answers to %d images (expected: one each)".formatted(answers.size(), to - from));
      }
      runner.answers.addAll(answers);
      work.inferred(to - from);
    }
  }

  private Optional<BootstrapInterval> drop(Runner<A> runner) {
    int images = runner.answers.size();
    double error = (1 - settings.confidence()) / looks.size();
    var before = base.answers.subList(0, images);
    var drop = task.drop(before, List.copyOf(runner.answers), 1 - error);
    return drop.filter(each -> !Double.isNaN(each.estimate()))
        .map(each -> {
          double unseen = -Math.log(error / 2) / images;
          return new BootstrapInterval(
              each.estimate(),
              each.standardError(),
              each.bias(),
              Math.max(-1, Math.min(each.low(), each.estimate() - unseen)),
              Math.min(1, Math.max(each.high(), each.estimate() + unseen)),
              settings.confidence(),
              each.resamples());
        });
  }

  /** What is surely within the budget makes others needless that are no better in anything. */
  private void leaveDominated() throws IOException {
    for (var runner : List.copyOf(field)) {
      if (!runner.isMeasured()) {
        continue;
      }
      for (var other : List.copyOf(field)) {
        if (other != runner && other.isSure() && other.dominates(runner)) {
          leave(runner, Reason.DOMINATED, dominated(other));
          break;
        }
      }
    }
  }

  private static <A> String dominated(Runner<A> by) {
    return "'%s' falls no more, and is no slower and no larger".formatted(by.candidate.name());
  }

  /** Of those that look worse than the budget by their error, the worst go. */
  private void halve(int most) throws IOException {
    var worst =
        field.stream()
            .filter(Runner::isMeasured)
            .filter(runner -> !runner.isSure())
            .filter(runner ->
                runner.drop().estimate() - runner.drop().standardError() > settings.budget())
            .sorted(
                Comparator.<Runner<A>>comparingDouble(runner -> -runner.drop().estimate())
                    .thenComparing(runner -> runner.candidate.name()))
            .limit(Math.max(0, field.size() - most))
            .toList();
    for (var runner : worst) {
      leave(
          runner,
          Reason.ASIDE,
          "falls by %s, more than %d others"
              .formatted(words(runner.drop(), runner.answers.size()), field.size() - 1));
    }
  }

  private void leave(Runner<A> runner, Reason reason, String why) throws IOException {
    field.remove(runner);
    left.add(runner.left(reason, why));
    Files.deleteIfExists(runner.file);
  }

  private List<Point> points() throws IOException {
    var zero = new BootstrapInterval(0, 0, 0, 0, 0, settings.confidence(), 0);
    var self = task.drop(base.answers, base.answers, settings.confidence());
    if (self.isEmpty() || Double.isNaN(self.get().estimate())) {
      throw new NotQuantizable(
          "the measure is not defined on the float model's answers to %d images"
              .formatted(base.answers.size()),
          "Give images that have what it counts.");
    }
    base.looked(zero, settings.budget());
    var all = new ArrayList<Runner<A>>();
    all.add(base);
    all.addAll(field);
    var points = new ArrayList<Point>();
    for (var runner : all) {
      var better =
          all.stream()
              .filter(other ->
                  other.dominates(runner)
                      || (other.equals(runner) && all.indexOf(other) < all.indexOf(runner)))
              .findFirst();
      if (better.isEmpty()) {
        points.add(runner.point(runner == base));
      } else if (runner != base) {
        leave(runner, Reason.DOMINATED, dominated(better.get()));
      }
    }
    points.sort(
        Comparator.<Point>comparingDouble(point -> point.latency().p50())
            .thenComparingLong(Point::bytes));
    return points;
  }

  private static String words(BootstrapInterval drop, int images) {
    return String.format(
        Locale.ROOT,
        "%.4f [%.4f, %.4f] on %d images",
        drop.estimate(),
        drop.low(),
        drop.high(),
        images);
  }
}
