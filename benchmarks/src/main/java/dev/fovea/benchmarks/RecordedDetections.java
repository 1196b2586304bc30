package dev.fovea.benchmarks;

import dev.fovea.mask.RunLengths;
import dev.fovea.vision.metrics.detection.BoxCollector;
import dev.fovea.vision.metrics.detection.DetectionSet;
import dev.fovea.vision.metrics.detection.MaskCollector;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.stream.LongStream;

/**
 * The numbers of a file that {@code benchmarks/detection.py} wrote, in memory as they stand there:
 * rows of doubles and, for masks, COCO's compressed counts.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record RecordedDetections(
    int images, int categories, double[] truths, double[] detections, String[] counts) {
  private static final int HEADER_INTS = 5;

  static final int WIDTH = 640;
  static final int HEIGHT = 480;
  private static final int TRUTH_NUMBERS = 8;
  private static final int DETECTION_NUMBERS = 7;

  static RecordedDetections read(byte[] bytes) {
    var data = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    var header = new int[HEADER_INTS];
    data.asIntBuffer().get(header);
    data.position(HEADER_INTS * Integer.BYTES);
    var truths = new double[header[2] * TRUTH_NUMBERS];
    var detections = new double[header[3] * DETECTION_NUMBERS];
    data.slice().order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer().get(truths).get(detections);
    data.position(data.position() + (truths.length + detections.length) * Double.BYTES);
    var counts = new String[header[4]];
    for (int i = 0; i < counts.length; i++) {
      var text = new byte[data.getInt()];
      data.get(text);
      counts[i] = new String(text, StandardCharsets.US_ASCII);
    }
    return new RecordedDetections(header[0], header[1], truths, detections, counts);
  }

  DetectionSet collected() {
    var ids = LongStream.rangeClosed(1, categories).toArray();
    return counts.length == 0 ? boxes(ids) : masks(ids);
  }

  private DetectionSet boxes(long[] ids) {
    var collector = new BoxCollector(ids);
    for (int image = 1; image <= images; image++) {
      collector.image(image);
    }
    for (int i = 0; i < truths.length; i += TRUTH_NUMBERS) {
      collector.truth(
          (long) truths[i],
          (long) truths[i + 1],
          truths[i + 2],
          truths[i + 3],
          truths[i + 4],
          truths[i + 5],
          truths[i + 6],
          truths[i + 7] != 0);
    }
    for (int i = 0; i < detections.length; i += DETECTION_NUMBERS) {
      collector.detection(
          (long) detections[i],
          (long) detections[i + 1],
          detections[i + 2],
          detections[i + 3],
          detections[i + 4],
          detections[i + 5],
          detections[i + 6]);
    }
    return collector.collected();
  }

  private DetectionSet masks(long[] ids) {
    var collector = new MaskCollector(ids);
    for (int image = 1; image <= images; image++) {
      collector.image(image, WIDTH, HEIGHT);
    }
    int mask = 0;
    for (int i = 0; i < truths.length; i += TRUTH_NUMBERS) {
      int[] runs = RunLengths.decompress(counts[mask++]);
      boolean crowd = truths[i + 7] != 0;
      collector.truth((long) truths[i], (long) truths[i + 1], runs, truths[i + 6], crowd);
    }
    for (int i = 0; i < detections.length; i += DETECTION_NUMBERS) {
      int[] runs = RunLengths.decompress(counts[mask++]);
      collector.detection((long) detections[i], (long) detections[i + 1], detections[i + 2], runs);
    }
    return collector.collected();
  }
}
