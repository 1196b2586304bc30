package dev.fovea.onnx.export.lowering.constant;

import dev.fovea.onnx.graph.Attribute;
import dev.fovea.onnx.graph.DataType;
import dev.fovea.onnx.graph.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Operators of single elements on constants, with broadcasting. Only those whose result is the same
 * to the bit everywhere: the four operations are rounded once by IEEE 754.
 */
final class Elementwise {
  private static final Set<DataType> REAL = Set.of(DataType.FLOAT, DataType.DOUBLE);
  private static final Set<DataType> WHOLE =
      Set.of(DataType.INT64, DataType.INT32, DataType.UINT8, DataType.BOOL);

  private static final Set<String> UNARY = Set.of("Neg", "Abs", "Floor", "Ceil", "Not");
  private static final Set<String> BINARY =
      Set.of("Add", "Sub", "Mul", "Div", "Mod", "And", "Or", "Xor", "Max", "Min");
  private static final Set<String> COMPARISONS =
      Set.of("Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual");

  private Elementwise() {}

  static Optional<Tensor> compute(
      String opType, List<Tensor> in, Map<String, Attribute> attributes, int maxElements) {
    var type = in.getLast().type();
    boolean known =
        in.stream().allMatch(each -> REAL.contains(each.type()) || WHOLE.contains(each.type()));
    if (!known || in.size() > 3) {
      return Optional.empty();
    }
    var shape = shape(in);
    if (shape.stream().reduce(1L, Math::multiplyExact) > maxElements) {
      return Optional.empty();
    }
    return switch (in.size()) {
      case 1 -> UNARY.contains(opType) ? unary(opType, in.getFirst()) : Optional.empty();
      case 2 -> {
        boolean alike = in.getFirst().type() == type;
        boolean fraction = Folding.integer(attributes, "fmod", 0) == 1;
        yield alike && (COMPARISONS.contains(opType) || BINARY.contains(opType))
            ? binary(opType, in, shape, fraction)
            : Optional.empty();
      }
      default -> opType.equals("Where") ? where(in, shape) : Optional.empty();
    };
  }

  /** The elements in another type; empty where a number does not fit, which C leaves undefined. */
  static Optional<Tensor> cast(Tensor tensor, DataType type) {
    boolean fromReal = REAL.contains(tensor.type());
    boolean fromKnown = fromReal || WHOLE.contains(tensor.type());
    boolean toKnown = REAL.contains(type) || WHOLE.contains(type);
    if (!fromKnown || !toKnown) {
      return Optional.empty();
    }
    int elements = (int) tensor.elements();
    var from = tensor.data();
    var to = buffer(type, elements);
    for (int i = 0; i < elements; i++) {
      if (fromReal) {
        double value = real(tensor.type(), from, i);
        boolean fits =
            type == DataType.UINT8 ? value >= 0 && value < 256 : Math.abs(value) < 0x1p31;
        if (type != DataType.BOOL && !REAL.contains(type) && !fits) {
          return Optional.empty();
        }
        put(type, to, i, value, value != 0 && type == DataType.BOOL ? 1 : (long) value);
      } else {
        long value = whole(tensor.type(), from, i);
        put(type, to, i, (double) value, value);
      }
    }
    return Optional.of(new Tensor("", type, tensor.shape(), to));
  }

  private static Optional<Tensor> unary(String opType, Tensor tensor) {
    var type = tensor.type();
    boolean isReal = REAL.contains(type);
    int elements = (int) tensor.elements();
    var from = tensor.data();
    var to = buffer(type, elements);
    for (int i = 0; i < elements; i++) {
      double x = isReal ? real(type, from, i) : 0;
      long n = isReal ? 0 : whole(type, from, i);
      switch (opType) {
        case "Neg" -> put(type, to, i, -x, -n);
        case "Abs" -> put(type, to, i, Math.abs(x), Math.abs(n));
        case "Floor" -> put(type, to, i, Math.floor(x), n);
        case "Ceil" -> put(type, to, i, Math.ceil(x), n);
        case "Not" -> put(type, to, i, 0, n == 0 ? 1 : 0);
        default -> {
          return Optional.empty();
        }
      }
    }
    return Optional.of(new Tensor("", type, tensor.shape(), to));
  }

  private static Optional<Tensor> binary(
      String opType, List<Tensor> in, List<Long> shape, boolean fraction) {
    var type = in.getFirst().type();
    boolean compares = COMPARISONS.contains(opType);
    var a = in.getFirst().data();
    var b = in.getLast().data();
    var left = Strided.of(in.getFirst()).broadcast(shape).positions();
    var right = Strided.of(in.getLast()).broadcast(shape).positions();
    var result = compares ? DataType.BOOL : type;
    var to = buffer(result, left.length);
    for (int i = 0; i < left.length; i++) {
      if (REAL.contains(type)) {
        double x = real(type, a, left[i]);
        double y = real(type, b, right[i]);
        if (compares) {
          put(result, to, i, 0, compare(opType, x, y) ? 1 : 0);
        } else {
          var value = number(opType, x, y, fraction);
          if (value.isEmpty()) {
            return Optional.empty();
          }
          put(result, to, i, value.get(), 0);
        }
      } else {
        long x = whole(type, a, left[i]);
        long y = whole(type, b, right[i]);
        if (compares) {
          put(result, to, i, 0, compare(opType, x, y) ? 1 : 0);
        } else {
          var value = number(opType, x, y, fraction);
          if (value.isEmpty()) {
            return Optional.empty();
          }
          put(result, to, i, 0, value.get());
        }
      }
    }
    return Optional.of(new Tensor("", result, shape, to));
  }

  private static boolean compare(String opType, double x, double y) {
    return switch (opType) {
      case "Equal" -> x == y;
      case "Less" -> x < y;
      case "LessOrEqual" -> x <= y;
      case "Greater" -> x > y;
      default -> x >= y;
    };
  }

  private static boolean compare(String opType, long x, long y) {
    return switch (opType) {
      case "Equal" -> x == y;
      case "Less" -> x < y;
      case "LessOrEqual" -> x <= y;
      case "Greater" -> x > y;
      default -> x >= y;
    };
  }

  private static Optional<Double> number(String opType, double x, double y, boolean fraction) {
    return switch (opType) {
      case "Add" -> Optional.of(x + y);
      case "Sub" -> Optional.of(x - y);
      case "Mul" -> Optional.of(x * y);
      case "Div" -> Optional.of(x / y);
      case "Mod" -> fraction ? Optional.of(x % y) : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static Optional<Long> number(String opType, long x, long y, boolean fraction) {
    boolean zero = y == 0;
    return switch (opType) {
      case "Add" -> Optional.of(x + y);
      case "Sub" -> Optional.of(x - y);
      case "Mul" -> Optional.of(x * y);
      case "Div" -> zero ? Optional.empty() : Optional.of(x / y);
      case "Mod" -> zero ? Optional.empty() : Optional.of(fraction ? x % y : Math.floorMod(x, y));
      case "And" -> Optional.of(x & y);
      case "Or" -> Optional.of(x | y);
      case "Xor" -> Optional.of(x ^ y);
      case "Max" -> Optional.of(Math.max(x, y));
      case "Min" -> Optional.of(Math.min(x, y));
      default -> Optional.empty();
    };
  }

  private static Optional<Tensor> where(List<Tensor> in, List<Long> shape) {
    var type = in.get(1).type();
    if (type != in.get(2).type() || in.getFirst().type() != DataType.BOOL) {
      return Optional.empty();
    }
    int width = type.bits() / 8;
    var condition = in.getFirst().data();
    var chosen = Strided.of(in.getFirst()).broadcast(shape).positions();
    var yes = Strided.of(in.get(1)).broadcast(shape).positions();
    var no = Strided.of(in.get(2)).broadcast(shape).positions();
    var to = buffer(type, chosen.length);
    for (int i = 0; i < chosen.length; i++) {
      boolean is = condition.get(chosen[i]) != 0;
      var from = is ? in.get(1).data() : in.get(2).data();
      to.put(i * width, from, (is ? yes[i] : no[i]) * width, width);
    }
    return Optional.of(new Tensor("", type, shape, to));
  }

  /** The shape to which all of them are broadcast. */
  private static List<Long> shape(List<Tensor> in) {
    int rank = in.stream().mapToInt(each -> each.shape().size()).max().orElse(0);
    var shape = new ArrayList<Long>();
    for (int axis = 0; axis < rank; axis++) {
      long size = 1;
      for (var each : in) {
        int own = axis - rank + each.shape().size();
        if (own >= 0 && each.shape().get(own) != 1) {
          size = each.shape().get(own);
        }
      }
      shape.add(size);
    }
    return shape;
  }

  private static ByteBuffer buffer(DataType type, int elements) {
    return ByteBuffer.allocate(Math.toIntExact(type.bytes(elements)))
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  private static double real(DataType type, ByteBuffer from, int index) {
    return type == DataType.FLOAT
        ? from.getFloat(index * Float.BYTES)
        : from.getDouble(index * Double.BYTES);
  }

  private static long whole(DataType type, ByteBuffer from, int index) {
    return switch (type) {
      case INT64 -> from.getLong(index * Long.BYTES);
      case INT32 -> from.getInt(index * Integer.BYTES);
      case BOOL -> from.get(index) == 0 ? 0 : 1;
      default -> from.get(index) & 0xFF;
    };
  }

  private static void put(DataType type, ByteBuffer to, int index, double real, long whole) {
    switch (type) {
      case FLOAT -> to.putFloat(index * Float.BYTES, (float) real);
      case DOUBLE -> to.putDouble(index * Double.BYTES, real);
      case INT64 -> to.putLong(index * Long.BYTES, whole);
      case INT32 -> to.putInt(index * Integer.BYTES, (int) whole);
      case BOOL -> to.put(index, (byte) (whole == 0 ? 0 : 1));
      default -> to.put(index, (byte) whole);
    }
  }
}
