package dev.fovea.teamfile;

import dev.fovea.kernel.Name;
import java.util.List;
import java.util.Optional;

/**
 * How a model becomes a release.
 *
 * @param model the registered model's name
 * @param dataset the dataset it is judged on
 * @param preprocess how an image becomes the model's input, in training, evaluation and production
 *     alike
 * @param quantize how it becomes INT8
 * @param parity the largest difference from the recorded PyTorch outputs, relative to the largest
 *     output
 * @param detector how its outputs are read; absent for a classifier
 * @param gates every rule that a release must pass
 * @param costs what errors come to outside of the model; absent where the file does not say
 * @param canary how it goes into production
 */
public record ReleaseSpec(
    Name model,
    Name dataset,
    PreprocessSpec preprocess,
    QuantizeSpec quantize,
    double parity,
    Optional<DetectorSpec> detector,
    List<Gate> gates,
    Optional<CostSpec> costs,
    CanarySpec canary) {
  /**
   * What holds where the file does not say: FP32 kernels that sum in another order differ by about
   * 1e-6.
   */
  public static final double DEFAULT_PARITY = 1e-4;

  public ReleaseSpec {
    gates = List.copyOf(gates);
  }

  /**
   * How it becomes INT8, or what else takes its place.
   *
   * @param target whose kernels it is written for
   * @param calibration how many training images are shown to it, 1 to 10,000
   * @param method how the ranges of its tensors are chosen from what they show
   * @param equalisation whether channels between convolutions are brought to like ranges before
   * @param biasCorrection whether biases get what rounding the weights takes from outputs in mean,
   *     where that brings the outputs on those images nearer
   * @param type what becomes smaller
   * @param search by which measures it is chosen what stays in float; absent where nothing does
   */
  public record QuantizeSpec(
      Target target,
      int calibration,
      Method method,
      boolean equalisation,
      boolean biasCorrection,
      Type type,
      Optional<SearchSpec> search) {
    /** What holds where the file does not say. */
    public static final QuantizeSpec DEFAULT =
        new QuantizeSpec(
            Target.ORT_X86, 256, Method.MIN_MAX, false, false, Type.INT8, Optional.empty());

    /** What becomes smaller. */
    public enum Type {
      /** Weights and what is computed, in 8 bits. */
      INT8,
      /** Weights alone, in 8 bits. */
      WEIGHT_ONLY,
      /** Weights and what is computed, in 16 bits of float. */
      FP16
    }

    /** Whose kernels. */
    public enum Target {
      /** ONNX Runtime on x86-64: unsigned activations, one zero point each, biases in integers. */
      ORT_X86,
      /** TensorRT's explicit quantisation: signed and symmetric, biases in float. */
      TENSORRT
    }

    /** How a range is chosen. */
    public enum Method {
      /** From the least to the largest value. */
      MIN_MAX,
      /** 99.99 % of the values, half of the rest clipped on either side. */
      PERCENTILE,
      /** The least mean square of what is rounded and clipped. */
      MSE,
      /** The least loss of information, by the divergence of Kullback and Leibler. */
      ENTROPY
    }
  }

  /**
   * A search over what stays in float.
   *
   * @param budget by how much accuracy, or a detector's mAP, may fall, 0 to 1
   * @param images on how many it is measured, 32 to 10,000
   * @param prefer what counts among those within the budget
   * @param prune which pruned models are tried too; absent where none
   * @param device the device of the lab, or its label, whose time counts; absent where it is that
   *     of the machine that searches
   */
  public record SearchSpec(
      double budget,
      int images,
      Preference prefer,
      Optional<PruneSpec> prune,
      Optional<Name> device) {
    /** On how many images, where the file does not say. */
    public static final int DEFAULT_IMAGES = 512;

    /** One without pruned models, on the machine that searches. */
    public SearchSpec(double budget, int images, Preference prefer) {
      this(budget, images, prefer, Optional.empty(), Optional.empty());
    }

    /** What counts. */
    public enum Preference {
      FASTEST,
      SMALLEST
    }
  }

  /**
   * Which pruned models a search tries: one in float and one in INT8 for each share.
   *
   * @param structured shares of the channels of each layer that are removed, in percent, 1 to 95,
   *     rising
   * @param magnitude shares of the weights that are set to 0, in percent, 1 to 95, rising
   */
  public record PruneSpec(List<Integer> structured, List<Integer> magnitude) {
    /** How many shares of each kind. */
    public static final int MOST_SHARES = 4;

    /** The largest share in percent. */
    public static final int MOST_PERCENT = 95;

    public PruneSpec {
      structured = List.copyOf(structured);
      magnitude = List.copyOf(magnitude);
    }
  }
}
