/**
 * A call as the program makes it: arguments by name and type, defaults from PyTorch's registry, and
 * which name of the graph holds each tensor's present content, however it was changed in place.
 */
@NullMarked
package dev.fovea.onnx.export.lowering.call;

import org.jspecify.annotations.NullMarked;
