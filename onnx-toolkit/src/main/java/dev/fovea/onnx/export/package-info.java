/** Converts programs saved by PyTorch's {@code torch.export} into ONNX models, without Python. */
@NullMarked
package dev.fovea.onnx.export;

import org.jspecify.annotations.NullMarked;
