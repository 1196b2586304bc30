package dev.fovea.onnx.quantize.given;

import dev.fovea.kernel.Text;
import dev.fovea.onnx.graph.DataType;
import dev.fovea.onnx.graph.Node;
import dev.fovea.onnx.graph.Tensor;
import dev.fovea.onnx.quantize.integers.Affine;
import dev.fovea.onnx.quantize.integers.Weights;
import dev.fovea.onnx.quantize.prepare.Constants;
import dev.fovea.onnx.quantize.prepare.NotQuantizable;
import dev.fovea.onnx.quantize.prepare.Preparation;
import java.util.ArrayList;
import java.util.List;

/**
 * The relation between reals and integers that a {@code QuantizeLinear} or {@code DequantizeLinear}
 * node has, checked.
 *
 * @param channels one for the whole tensor, or one for each index of the axis
 * @param type of the integers: INT8, UINT8, or INT32 for a bias
 * @param axis as the node has it, from the end where negative; counts where there are more channels
 *     than one
 */
record GivenRelation(List<Channel> channels, DataType type, long axis) {
  private static final String SCALES =
      "Look for a layer whose range was never seen in training, and export the model again.";

  /** {@code real = scale * (integer - zero)}. */
  record Channel(float scale, int zero) {}

  /**
   * @param without type of the integers where the node has no zero point
   * @throws NotQuantizable if a scale is computed, not finite or not above 0, a zero point is none
   *     of its type, or their numbers differ
   */
  static GivenRelation of(Node node, Constants constants, DataType without) {
    if (node.intAttribute("block_size").orElse(0) != 0) {
      throw refused(
          node,
          "block_size %d (expected: none)".formatted(node.intAttribute("block_size").getAsLong()),
          "Export with one scale a tensor or a channel.");
    }
    var scales = constant(node, 1, "scale", constants);
    if (scales.type() != DataType.FLOAT) {
      throw refused(
          node,
          "scale '%s' of %s (expected: FLOAT)".formatted(excerpt(scales.name()), scales.type()),
          "Export the model with scales in 32 bits.");
    }
    int count = count(node, scales);
    var zeroName = Preparation.input(node, 2);
    var type = without;
    var zeros = new int[count];
    if (!zeroName.isEmpty()) {
      var zero = constant(node, 2, "zero point", constants);
      if (count(node, zero) != count) {
        throw refused(
            node,
            "%d scales and %d zero points (expected: as many)".formatted(count, count(node, zero)),
            SCALES);
      }
      type = zero.type();
      zeros = integers(node, zero);
    }
    requireBytes(node, type);
    var values = scales.floats();
    var channels = new ArrayList<Channel>(count);
    for (int i = 0; i < count; i++) {
      if (!(values[i] > 0) || Float.isInfinite(values[i])) {
        throw refused(
            node,
            "scale %s at element %d of '%s' (expected: finite and above 0)"
                .formatted(values[i], i, excerpt(scales.name())),
            SCALES);
      }
      channels.add(new Channel(values[i], zeros[i]));
    }
    return new GivenRelation(channels, type, node.intAttribute("axis").orElse(1));
  }

  /** The type of a {@code QuantizeLinear} that has no zero point. */
  static DataType typeWithoutZero(Node node) {
    long code = node.intAttribute("output_dtype").orElse(0);
    return code == 0
        ? DataType.UINT8
        : DataType.of(code)
            .orElseThrow(() ->
                refused(
                    node,
                    "output_dtype %d (expected: INT8 or UINT8)".formatted(code),
                    "Train and export for 8 bits."));
  }

  private static void requireBytes(Node node, DataType type) {
    boolean bias = type == DataType.INT32 && Preparation.is(node, "DequantizeLinear");
    if (type != DataType.INT8 && type != DataType.UINT8 && !bias) {
      throw refused(
          node,
          "integers of %s (expected: INT8 or UINT8)".formatted(type),
          "Train and export for 8 bits.");
    }
  }

  private static int[] integers(Node node, Tensor zero) {
    int[] values =
        switch (zero.type()) {
          case INT8, UINT8 -> {
            var bytes = zero.bytes();
            var read = new int[bytes.length];
            for (int i = 0; i < bytes.length; i++) {
              read[i] = zero.type() == DataType.INT8 ? bytes[i] : Byte.toUnsignedInt(bytes[i]);
            }
            yield read;
          }
          case INT32 -> zero.ints();
          default -> new int[Math.toIntExact(zero.elements())];
        };
    boolean bias = zero.type() == DataType.INT32;
    for (int i = 0; i < values.length; i++) {
      if (bias && (values[i] != 0 || Preparation.is(node, "QuantizeLinear"))) {
        throw refused(
            node,
            "zero point %d of INT32 at element %d is out of range (expected: %s)"
                .formatted(
                    values[i],
                    i,
                    Preparation.is(node, "QuantizeLinear")
                        ? "-128 to 127 of INT8 or 0 to 255 of UINT8"
                        : "0, as of a bias"),
            "Export the zero point in the type of the integers.");
      }
    }
    return values;
  }

  private static Tensor constant(Node node, int place, String what, Constants constants) {
    var name = Preparation.input(node, place);
    return constants
        .find(name)
        .orElseThrow(() ->
            refused(
                node,
                "%s '%s' is computed (expected: a constant)".formatted(what, excerpt(name)),
                "Fix the ranges before the export: freeze observers and export for inference."));
  }

  private static int count(Node node, Tensor tensor) {
    if (tensor.shape().size() > 1 || tensor.elements() == 0) {
      throw refused(
          node,
          "'%s' of shape %s (expected: one element, or one a channel)"
              .formatted(excerpt(tensor.name()), tensor.shape()),
          "Export with one scale a tensor or a channel.");
    }
    return Math.toIntExact(tensor.elements());
  }

  boolean byChannel() {
    return channels.size() > 1;
  }

  /** Whether 0 stands for 0 everywhere, in signed integers. */
  boolean symmetric() {
    return type == DataType.INT8 && channels.stream().allMatch(each -> each.zero() == 0);
  }

  /** The place of this relation's axis in a constant. */
  int axisOf(Node node, Tensor constant) {
    int rank = constant.shape().size();
    if (axis < -rank || axis >= rank) {
      throw refused(
          node,
          "axis %d of '%s' with %d axes (expected: %d to %d)"
              .formatted(axis, excerpt(constant.name()), rank, -rank, rank - 1),
          SCALES);
    }
    int place = Math.toIntExact(axis < 0 ? axis + rank : axis);
    if (constant.shape().get(place) != channels.size()) {
      throw refused(
          node,
          "%d scales along axis %d of '%s' %s (expected: %d)"
              .formatted(
                  channels.size(),
                  axis,
                  excerpt(constant.name()),
                  constant.shape(),
                  constant.shape().get(place)),
          SCALES);
    }
    return place;
  }

  /** The integers of a constant, as {@code QuantizeLinear} computes them. */
  Tensor quantize(Node node, Tensor constant, String name) {
    var values = constant.floats();
    int inner = byChannel() ? Weights.inner(constant, axisOf(node, constant)) : 1;
    var relations =
        channels.stream().map(each -> new Affine(each.scale(), each.zero(), type)).toList();
    var integers = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw NotQuantizable.notFinite(
            described(node) + ", constant", constant.name(), i, values[i]);
      }
      integers[i] = (byte) relations.get(i / inner % relations.size()).quantize(values[i]);
    }
    return Tensor.ofBytes(name, type, constant.shape(), integers);
  }

  /** The first channel, and how many more there are. */
  String describe() {
    var first = channels.getFirst();
    return "scale %s, zero point %d of %s%s"
        .formatted(
            first.scale(),
            first.zero(),
            type,
            byChannel() ? " and %d more along axis %d".formatted(channels.size() - 1, axis) : "");
  }

  static NotQuantizable refused(Node node, String what, String fix) {
    return new NotQuantizable(described(node) + ": " + what, fix);
  }

  /** A node by its name, or by what it makes where it has none. */
  static String described(Node node) {
    return node.name().isEmpty()
        ? "%s of '%s'".formatted(node.opType(), excerpt(Preparation.output(node)))
        : "node '%s'".formatted(excerpt(node.name()));
  }

  static String excerpt(String name) {
    return Text.excerpt(name);
  }
}
