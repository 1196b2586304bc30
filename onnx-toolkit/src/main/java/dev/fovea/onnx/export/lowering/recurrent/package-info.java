/** LSTM and GRU: one node a layer. */
@NullMarked
package dev.fovea.onnx.export.lowering.recurrent;

import org.jspecify.annotations.NullMarked;
