package dev.fovea.onnx.export.program;

import dev.fovea.onnx.graph.DataType;
import java.util.Arrays;
import java.util.Optional;

/**
 * Element types in PyTorch's export schema (torch/_export/serde/schema.py). The numbers are neither
 * those of ATen nor those of ONNX.
 */
public enum ScalarType {
  UINT8(1, DataType.UINT8),
  INT8(2, DataType.INT8),
  INT16(3, DataType.INT16),
  INT32(4, DataType.INT32),
  INT64(5, DataType.INT64),
  FLOAT16(6, DataType.FLOAT16),
  FLOAT32(7, DataType.FLOAT),
  FLOAT64(8, DataType.DOUBLE),
  BOOL(12, DataType.BOOL),
  BFLOAT16(13, DataType.BFLOAT16),
  UINT16(28, DataType.UINT16),
  FLOAT8E4M3FN(29, DataType.FLOAT8E4M3FN),
  FLOAT8E5M2(30, DataType.FLOAT8E5M2),
  FLOAT8E4M3FNUZ(31, DataType.FLOAT8E4M3FNUZ),
  FLOAT8E5M2FNUZ(32, DataType.FLOAT8E5M2FNUZ),
  UINT32(34, DataType.UINT32),
  UINT64(35, DataType.UINT64);

  private final int code;
  private final DataType onnx;

  ScalarType(int code, DataType onnx) {
    this.code = code;
    this.onnx = onnx;
  }

  /** The type of the same values in ONNX. */
  public DataType onnx() {
    return onnx;
  }

  /** Bytes an element takes. */
  public int itemBytes() {
    return onnx.bits() / 8;
  }

  /** The type with this number; empty for complex, quantised and future types. */
  public static Optional<ScalarType> of(long code) {
    return Arrays.stream(values()).filter(type -> type.code == code).findFirst();
  }
}
