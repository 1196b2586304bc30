package dev.fovea.vision.metrics.detection;

import dev.fovea.mask.Outlines;
import dev.fovea.mask.RunLengths;
import dev.fovea.vision.Golden;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A set that src/test/python/detection_reference.py wrote, with what the reference made of it. */
record Recorded(JsonNode told) {

  static Recorded named(String name) {
    try {
      return new Recorded(
          JsonMapper.shared().readTree(Golden.bytes("detection/" + name + ".json")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  long[] categories() {
    return LongStream.range(0, told.get("categories").size())
        .map(i -> told.get("categories").get((int) i).asLong())
        .toArray();
  }

  DetectionCaps caps() {
    var caps = told.get("caps");
    return new DetectionCaps(caps.get(0).asInt(), caps.get(1).asInt(), caps.get(2).asInt());
  }

  List<Long> images() {
    var images = new ArrayList<Long>();
    told.get("images").forEach(image -> images.add(image.asLong()));
    return images;
  }

  DetectionSet boxes() {
    return boxes(images());
  }

  /** With the images in another order. */
  DetectionSet boxes(List<Long> images) {
    var collector = new BoxCollector(categories());
    images.forEach(collector::image);
    for (var t : told.get("truths")) {
      collector.truth(
          t.get(0).asLong(),
          t.get(1).asLong(),
          t.get(2).asDouble(),
          t.get(3).asDouble(),
          t.get(4).asDouble(),
          t.get(5).asDouble(),
          t.get(6).asDouble(),
          t.get(7).asInt() == 1);
    }
    for (var d : told.get("detections")) {
      collector.detection(
          d.get(0).asLong(),
          d.get(1).asLong(),
          d.get(2).asDouble(),
          d.get(3).asDouble(),
          d.get(4).asDouble(),
          d.get(5).asDouble(),
          d.get(6).asDouble());
    }
    return collector.collected();
  }

  DetectionSet masks() {
    var collector = new MaskCollector(categories());
    var sizes = new HashMap<Long, int[]>();
    for (var image : told.get("images")) {
      int[] size = {image.get(1).asInt(), image.get(2).asInt()};
      sizes.put(image.get(0).asLong(), size);
      collector.image(image.get(0).asLong(), size[0], size[1]);
    }
    for (var t : told.get("truths")) {
      long image = t.get(0).asLong();
      int[] runs = runs(t.get(4), sizes.get(image));
      collector.truth(image, t.get(1).asLong(), runs, t.get(2).asDouble(), t.get(3).asInt() == 1);
    }
    for (var d : told.get("detections")) {
      long image = d.get(0).asLong();
      collector.detection(
          image, d.get(1).asLong(), d.get(2).asDouble(), runs(d.get(3), sizes.get(image)));
    }
    return collector.collected();
  }

  private static int[] runs(JsonNode segmentation, int[] size) {
    if (segmentation.isArray()) {
      var outlines = new ArrayList<double[]>();
      segmentation.forEach(outline -> outlines.add(numbers(outline)));
      return Outlines.filled(size[0], size[1], outlines);
    }
    var counts = segmentation.get("counts");
    return counts.isString()
        ? RunLengths.decompress(counts.asString())
        : DoubleStream.of(numbers(counts)).mapToInt(run -> (int) run).toArray();
  }

  double[] stats() {
    return numbers(told.get("stats"));
  }

  double[] recalls() {
    return numbers(told.get("recall"));
  }

  /** The curves of {@code what}, by category, area, cap and overlap. */
  double[][] curves(String what) {
    var places = told.get(what);
    var curves = new double[places.size()][];
    for (int i = 0; i < curves.length; i++) {
      curves[i] = curve(told.get("curves").get(places.get(i).asInt()));
    }
    return curves;
  }

  private static double[] curve(JsonNode runs) {
    var curve = new double[101];
    int at = 0;
    for (int run = 0; run < runs.size(); run += 2) {
      for (int i = 0; i < runs.get(run).asInt(); i++) {
        curve[at++] = runs.get(run + 1).asDouble();
      }
    }
    return curve;
  }

  private static double[] numbers(JsonNode array) {
    var numbers = new double[array.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = array.get(i).asDouble();
    }
    return numbers;
  }
}
