package dev.fovea.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import dev.fovea.vision.metrics.detection.ApMeasure;
import dev.fovea.vision.metrics.detection.AreaRange;
import dev.fovea.vision.metrics.detection.BoxCollector;
import dev.fovea.vision.metrics.detection.CocoEvaluation;
import dev.fovea.vision.metrics.detection.CocoSummary;
import dev.fovea.vision.metrics.detection.PrecisionBootstrap;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * How long COCO's measures take on the file that {@code benchmarks/detection.py} wrote. Prints one
 * line of JSON: the MD5 of the file, the seconds of each run and the CPU seconds of the first, the
 * twelve numbers, the heap that the last run keeps, and the seconds of a bootstrap of two detectors
 * and of one by category. The precisions go to a second file.
 */
final class DetectionMeasures {
  private static final int RUNS = 9;
  private static final PrecisionBootstrap BOOTSTRAP = new PrecisionBootstrap(1000, 0.95, 1);
  private static final int[] CAPS = {1, 10, 100};
  private static final int POINTS = 101;

  private DetectionMeasures() {}

  public static void main(String[] arguments) throws IOException, NoSuchAlgorithmException {
    var bytes = Files.readAllBytes(Path.of(arguments[0]));
    var md5 = HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
    var recorded = RecordedDetections.read(bytes);
    var seconds = new double[RUNS];
    long before = usedBytes();
    var evaluation = CocoEvaluation.of(new BoxCollector(1).image(1).collected());
    var summary = evaluation.summary();
    double cpu = 0;
    for (int run = 0; run < RUNS; run++) {
      long cpuBefore = cpuNanos();
      long begun = System.nanoTime();
      evaluation = CocoEvaluation.of(recorded.collected());
      summary = evaluation.summary();
      seconds[run] = (System.nanoTime() - begun) / 1e9;
      cpu = run == 0 ? (cpuNanos() - cpuBefore) / 1e9 : cpu;
    }
    long kept = (usedBytes() - before) >> 20;
    long begun = System.nanoTime();
    var difference = BOOTSTRAP.ofDifference(evaluation, evaluation, ApMeasure.AP);
    double bootstrap = (System.nanoTime() - begun) / 1e9;
    begun = System.nanoTime();
    int bounded = BOOTSTRAP.byCategory(evaluation, ApMeasure.AP).size();
    double categories = (System.nanoTime() - begun) / 1e9;
    var interval = BOOTSTRAP.of(evaluation, ApMeasure.AP);
    Files.write(Path.of(arguments[1]), precisions(evaluation));
    System.out.println(
        "{\"md5\": \"%s\", \"seconds\": [%s], \"cpu\": %s, \"stats\": [%s], \"mebibytes\": %d, \"bootstrap\": %s, \"bounded\": %d, \"categories\": %s, \"interval\": [%s, %s], \"difference\": %s}"
            .formatted(
                md5,
                joined(seconds),
                cpu,
                joined(stats(summary)),
                kept,
                bootstrap,
                bounded,
                categories,
                interval.low(),
                interval.high(),
                difference.estimate()));
  }

  /** By overlap, recall, category, area and cap, as pycocotools has them. */
  private static byte[] precisions(CocoEvaluation evaluation) {
    var categories = evaluation.categories();
    int overlaps = CocoEvaluation.overlapLevels();
    int areas = AreaRange.values().length;
    var all = new double[overlaps * POINTS * categories.length * areas * CAPS.length];
    for (int t = 0; t < overlaps; t++) {
      for (int k = 0; k < categories.length; k++) {
        for (var area : AreaRange.values()) {
          for (int m = 0; m < CAPS.length; m++) {
            var curve = evaluation.curve(categories[k], area, t, CAPS[m]);
            for (int r = 0; r < POINTS; r++) {
              int cell = ((t * POINTS + r) * categories.length + k) * areas + area.ordinal();
              all[cell * CAPS.length + m] = curve.isPresent() ? curve.get().precision(r) : -1;
            }
          }
        }
      }
    }
    var bytes = ByteBuffer.allocate(all.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asDoubleBuffer().put(all);
    return bytes.array();
  }

  private static double[] stats(CocoSummary s) {
    return new double[] {
      s.ap(), s.ap50(), s.ap75(), s.apSmall(), s.apMedium(), s.apLarge(),
      s.arFew(), s.arSome(), s.ar(), s.arSmall(), s.arMedium(), s.arLarge()
    };
  }

  private static String joined(double[] numbers) {
    return DoubleStream.of(numbers).mapToObj(Double::toString).collect(Collectors.joining(", "));
  }

  /** Of all threads, the JIT compiler's too. */
  private static long cpuNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private static long usedBytes() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
