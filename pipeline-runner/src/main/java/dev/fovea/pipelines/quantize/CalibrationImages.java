package dev.fovea.pipelines.quantize;

import dev.fovea.datasets.Manifest;
import dev.fovea.datasets.Sample;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.onnx.graph.OnnxModel;
import dev.fovea.onnx.session.FloatTensor;
import dev.fovea.pipelines.evaluate.Pictures;
import dev.fovea.store.ObjectStore;
import dev.fovea.teamfile.ReleaseSpec;
import dev.fovea.teamfile.ReleaseSpec.QuantizeSpec.Type;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/** The training images that calibrate a model, as it takes them. */
public final class CalibrationImages {
  private final ObjectStore objects;
  private final ReleaseSpec spec;
  private final List<Sample> samples;

  private CalibrationImages(ObjectStore objects, ReleaseSpec spec, List<Sample> samples) {
    this.objects = objects;
    this.spec = spec;
    this.samples = samples;
  }

  /**
   * As many as the team file wants; none where weights alone become smaller. The choice depends on
   * the dataset version alone, so that the same release has the same INT8 model.
   *
   * @throws InvalidRequest where the training split has none
   */
  public static CalibrationImages of(
      Manifest manifest, Digest dataset, ReleaseSpec spec, ObjectStore objects) {
    return new CalibrationImages(
        objects,
        spec,
        spec.quantize().type() == Type.WEIGHT_ONLY
            ? List.of()
            : chosen(manifest.split("train"), dataset, spec.quantize().calibration()));
  }

  private static List<Sample> chosen(List<Sample> train, Digest dataset, int wanted) {
    if (train.isEmpty()) {
      throw new InvalidRequest(
          "dataset version %s: no image in its train split".formatted(dataset.abbreviated()),
          "put images into the train split; the INT8 model is calibrated on them");
    }
    var shuffled = new ArrayList<>(train);
    Collections.shuffle(shuffled, new Random(new BigInteger(dataset.hex(), 16).longValue()));
    return shuffled.subList(0, Math.min(wanted, shuffled.size()));
  }

  /** How many. */
  public int size() {
    return samples.size();
  }

  /** Which. */
  public List<Sample> samples() {
    return samples;
  }

  /** The first of them. */
  CalibrationImages first(int most) {
    return new CalibrationImages(objects, spec, samples.subList(0, Math.min(most, samples.size())));
  }

  /**
   * Inputs of a model, read anew with every pass.
   *
   * @param told the number of each that is begun, from 0
   */
  Iterable<Map<String, FloatTensor>> examples(OnnxModel model, IntConsumer told) {
    var input = model.graph().inputs().getFirst().name();
    var pictures = new Pictures(objects, spec.preprocess(), spec.detector());
    return () ->
        IntStream.range(0, samples.size())
            .mapToObj(i -> {
              told.accept(i);
              return example(pictures, input, samples.get(i), i);
            })
            .iterator();
  }

  /** Of images in tiles one view each: what the model will see, at the cost of whole images. */
  private static Map<String, FloatTensor> example(
      Pictures pictures, String input, Sample sample, int turn) {
    try {
      return Map.of(input, pictures.tensor(sample, turn));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
