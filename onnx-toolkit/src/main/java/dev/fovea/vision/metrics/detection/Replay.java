package dev.fovea.vision.metrics.detection;

import java.util.Arrays;

/**
 * The matches of one detector, laid out so that its average precision on images taken several times
 * or not at all is found without matching again. Most detections are wrong at every level of
 * overlap and only push the running count; those that are right or ignored at a level are listed.
 */
final class Replay {
  private final ClassMatches[] matches;
  private final AreaRange area;
  // By category and level: twice the place of a detection, and 1 more where it is right.
  private final int[][][] events;

  private Replay(ClassMatches[] matches, AreaRange area, int[][][] events) {
    this.matches = matches;
    this.area = area;
    this.events = events;
  }

  static Replay of(CocoEvaluation evaluation, ApMeasure measure, AreaRange area) {
    var matches = evaluation.matches();
    int levels = measure.endLevel() - measure.firstLevel();
    var events = new int[matches.length][levels][];
    for (int category = 0; category < matches.length; category++) {
      for (int level = 0; level < levels; level++) {
        int bit = ClassMatches.bit(area, measure.firstLevel() + level);
        events[category][level] = events(matches[category], bit);
      }
    }
    return new Replay(matches, area, events);
  }

  private static int[] events(ClassMatches matches, int bit) {
    var events = new int[matches.size()];
    int count = 0;
    for (int i = 0; i < matches.size(); i++) {
      boolean ignored = (matches.ignored()[i] >>> bit & 1) != 0;
      boolean matched = (matches.matched()[i] >>> bit & 1) != 0;
      if (ignored || matched) {
        events[count++] = 2 * i + (ignored ? 0 : 1);
      }
    }
    return Arrays.copyOf(events, count);
  }

  /** What one thread needs to replay, over and over. */
  final class Player {
    private final SampledCurve curve = new SampledCurve();
    private long[] before = new long[0];

    /**
     * The average precision where each image is there as often as its weight says; each of its
     * detections is then there so often, one after the other. Negative where no truth is there.
     */
    double averagePrecision(int[] weights) {
      double sum = 0;
      int measured = 0;
      for (int category = 0; category < matches.length; category++) {
        long positives = positives(category, weights);
        if (positives > 0) {
          countBefore(matches[category].images(), weights);
          for (var levelEvents : events[category]) {
            sum += precisionSum(matches[category].images(), levelEvents, weights, positives);
            measured++;
          }
        }
      }
      return measured == 0 ? -1 : sum / measured / Thresholds.RECALLS;
    }

    /** The same of one category, by its place. */
    double averagePrecision(int category, int[] weights) {
      long positives = positives(category, weights);
      if (positives == 0) {
        return -1;
      }
      countBefore(matches[category].images(), weights);
      double sum = 0;
      for (var levelEvents : events[category]) {
        sum += precisionSum(matches[category].images(), levelEvents, weights, positives);
      }
      return sum / events[category].length / Thresholds.RECALLS;
    }

    /** Whether a truth of any category is there. */
    boolean anyTruth(int[] weights) {
      for (var category : matches) {
        for (int image : category.truthImages(area)) {
          if (weights[image] > 0) {
            return true;
          }
        }
      }
      return false;
    }

    private long positives(int category, int[] weights) {
      long positives = 0;
      for (int image : matches[category].truthImages(area)) {
        positives += weights[image];
      }
      return positives;
    }

    /** How many detections scored higher than each. */
    private void countBefore(int[] images, int[] weights) {
      if (before.length < images.length) {
        before = new long[Math.max(images.length, 2 * before.length)];
      }
      long count = 0;
      for (int i = 0; i < images.length; i++) {
        before[i] = count;
        count += weights[images[i]];
      }
    }

    private double precisionSum(int[] images, int[] levelEvents, int[] weights, long positives) {
      long ignored = 0;
      curve.begin(positives);
      for (int event : levelEvents) {
        int detection = event >> 1;
        int times = weights[images[detection]];
        if ((event & 1) == 0) {
          ignored += times;
        } else {
          long wrong = before[detection] - curve.found() - ignored;
          for (int i = 0; i < times; i++) {
            curve.addRight(wrong, 0);
          }
        }
      }
      curve.end(0);
      double sum = 0;
      for (double precision : curve.precisions()) {
        sum += precision;
      }
      return sum;
    }
  }
}
