package dev.fovea.onnx.graph;

import java.util.Optional;

/**
 * Element types of ONNX tensors, with the codes of {@code TensorProto.DataType} (onnx.proto of ONNX
 * 1.17 and later).
 */
public enum DataType {
  FLOAT(1, 32),
  UINT8(2, 8),
  INT8(3, 8),
  UINT16(4, 16),
  INT16(5, 16),
  INT32(6, 32),
  INT64(7, 64),
  STRING(8, 0),
  BOOL(9, 8),
  FLOAT16(10, 16),
  DOUBLE(11, 64),
  UINT32(12, 32),
  UINT64(13, 64),
  COMPLEX64(14, 64),
  COMPLEX128(15, 128),
  BFLOAT16(16, 16),
  FLOAT8E4M3FN(17, 8),
  FLOAT8E4M3FNUZ(18, 8),
  FLOAT8E5M2(19, 8),
  FLOAT8E5M2FNUZ(20, 8),
  UINT4(21, 4),
  INT4(22, 4),
  FLOAT4E2M1(23, 4),
  FLOAT8E8M0(24, 8);

  private final int code;
  private final int bits;

  DataType(int code, int bits) {
    this.code = code;
    this.bits = bits;
  }

  /** The number that stands for this type in an ONNX file. */
  public int code() {
    return code;
  }

  /** Bits an element takes in raw data; 0 for strings, which have no fixed size. */
  public int bits() {
    return bits;
  }

  /**
   * Bytes that {@code elements} elements take in raw data; two 4-bit elements share a byte.
   *
   * @throws ArithmeticException if the size exceeds a long
   */
  public long bytes(long elements) {
    if (bits == 4) {
      return elements / 2 + elements % 2;
    }
    return Math.multiplyExact(elements, bits / 8);
  }

  /** Whether the values are binary floating-point numbers of any width. */
  public boolean isFloating() {
    return switch (this) {
      case FLOAT, FLOAT16, DOUBLE, BFLOAT16 -> true;
      case FLOAT8E4M3FN, FLOAT8E4M3FNUZ, FLOAT8E5M2, FLOAT8E5M2FNUZ, FLOAT4E2M1, FLOAT8E8M0 -> true;
      case UINT8, INT8, UINT16, INT16, INT32, INT64, UINT32, UINT64, UINT4, INT4 -> false;
      case STRING, BOOL, COMPLEX64, COMPLEX128 -> false;
    };
  }

  /** The type with this ONNX code, or empty if this version knows none. */
  public static Optional<DataType> of(long code) {
    for (var type : values()) {
      if (type.code == code) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
