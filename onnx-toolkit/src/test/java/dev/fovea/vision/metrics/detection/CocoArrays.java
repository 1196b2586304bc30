package dev.fovea.vision.metrics.detection;

/** An evaluation in the shape of pycocotools' arrays, -1 where no truth counts. */
record CocoArrays(CocoEvaluation evaluation, DetectionCaps caps) {
  private static final int POINTS = 101;

  static double[] stats(CocoSummary summary) {
    return new double[] {
      summary.ap(),
      summary.ap50(),
      summary.ap75(),
      summary.apSmall(),
      summary.apMedium(),
      summary.apLarge(),
      summary.arFew(),
      summary.arSome(),
      summary.ar(),
      summary.arSmall(),
      summary.arMedium(),
      summary.arLarge()
    };
  }

  int[] allCaps() {
    return new int[] {caps.few(), caps.some(), caps.most()};
  }

  /** By category, area, cap and overlap. */
  double[][] curves(boolean scores) {
    int overlaps = CocoEvaluation.overlapLevels();
    var curves = new double[evaluation.categories().length * 4 * 3 * overlaps][POINTS];
    int at = 0;
    for (long category : evaluation.categories()) {
      for (var area : AreaRange.values()) {
        for (int cap : allCaps()) {
          for (int overlap = 0; overlap < overlaps; overlap++) {
            var curve = evaluation.curve(category, area, overlap, cap);
            for (int point = 0; point < POINTS; point++) {
              int p = point;
              curves[at][point] = curve.map(c -> scores ? c.score(p) : c.precision(p)).orElse(-1.0);
            }
            at++;
          }
        }
      }
    }
    return curves;
  }

  /** Flat, by overlap, category, area and cap. */
  double[] recalls() {
    int overlaps = CocoEvaluation.overlapLevels();
    var recalls = new double[evaluation.categories().length * 4 * 3 * overlaps];
    int at = 0;
    for (int overlap = 0; overlap < overlaps; overlap++) {
      for (long category : evaluation.categories()) {
        for (var area : AreaRange.values()) {
          for (int cap : allCaps()) {
            recalls[at++] = evaluation.recall(category, area, overlap, cap).orElse(-1);
          }
        }
      }
    }
    return recalls;
  }

  /** Flat, by overlap, point, category, area and cap. */
  double[] flatCurves(boolean scores) {
    int overlaps = CocoEvaluation.overlapLevels();
    var curves = curves(scores);
    int inner = evaluation.categories().length * 4 * 3;
    var flat = new double[curves.length * POINTS];
    for (int cell = 0; cell < inner; cell++) {
      for (int overlap = 0; overlap < overlaps; overlap++) {
        for (int point = 0; point < POINTS; point++) {
          flat[(overlap * POINTS + point) * inner + cell] =
              curves[cell * overlaps + overlap][point];
        }
      }
    }
    return flat;
  }
}
