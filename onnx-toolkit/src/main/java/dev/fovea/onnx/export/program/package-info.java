/** A PyTorch program as torch.export wrote it: values only, checked when made. */
@NullMarked
package dev.fovea.onnx.export.program;

import org.jspecify.annotations.NullMarked;
