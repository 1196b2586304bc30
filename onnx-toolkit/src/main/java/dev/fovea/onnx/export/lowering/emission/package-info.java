/**
 * The graph under construction: nodes, constants and sizes with fresh names, and what is left of
 * them when all is put together.
 */
@NullMarked
package dev.fovea.onnx.export.lowering.emission;

import org.jspecify.annotations.NullMarked;
