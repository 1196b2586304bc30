package dev.fovea.onnx.quantize;

import static java.util.Objects.requireNonNull;

import dev.fovea.onnx.quantize.integers.Affine;
import dev.fovea.onnx.quantize.integers.Weights;
import dev.fovea.onnx.quantize.prepare.Constants;
import java.util.HashMap;
import java.util.Map;

/** Which real numbers the integers of each quantised tensor stand for. */
final class Relations {
  private final Placement placement;
  private final Constants constants;
  private final QuantizationProfile profile;
  private final Map<String, float[]> channelScales = new HashMap<>();

  Relations(Placement placement, Constants constants, QuantizationProfile profile) {
    this.placement = placement;
    this.constants = constants;
    this.profile = profile;
    placement
        .marks()
        .forEach((tensor, mark) -> {
          if (mark instanceof Mark.Channels(int axis)) {
            var scales = Weights.scales(constants.load(tensor), axis, profile.weights());
            channelScales.put(tensor, scales);
          }
        });
    for (var bias : placement.biases()) {
      Weights.makeRoomForBias(
          scales(bias.weights()), of(bias.input()).scale(), constants.load(bias.tensor()).floats());
    }
  }

  /** The relation of a tensor that has one as a whole. */
  Affine of(String tensor) {
    return switch (placement.mark(tensor)) {
      case Mark.OwnRange _ -> placement.relation(tensor);
      case Mark.SharedWith(var source) -> of(source);
      case Mark.Constant(boolean weights) ->
          weights
              ? Weights.whole(constants.load(tensor), profile.weights(), true)
              : Weights.whole(constants.load(tensor), profile.constants(), false);
      case Mark.Channels _ ->
          throw new IllegalStateException("tensor '%s': a relation by channel".formatted(tensor));
    };
  }

  /** The scales of weights by channel. */
  float[] scales(String weights) {
    return requireNonNull(channelScales.get(weights));
  }

  /** The tensor whose relation this one has. */
  String root(String tensor) {
    return placement.mark(tensor) instanceof Mark.SharedWith(var source) ? root(source) : tensor;
  }

  /** What rounding to integers takes from each element of quantised weights. */
  float[] lost(String weights) {
    var tensor = constants.load(weights);
    var lost = tensor.floats();
    if (placement.mark(weights) instanceof Mark.Channels(int axis)) {
      var scales = scales(weights);
      var integers = Weights.quantize(tensor, scales, axis, profile.weights());
      int inner = Weights.inner(tensor, axis);
      for (int i = 0; i < lost.length; i++) {
        lost[i] -= integers[i] * scales[i / inner % scales.length];
      }
    } else {
      var relation = of(weights);
      for (int i = 0; i < lost.length; i++) {
        lost[i] -= relation.dequantize(relation.quantize(lost[i]));
      }
    }
    return lost;
  }
}
