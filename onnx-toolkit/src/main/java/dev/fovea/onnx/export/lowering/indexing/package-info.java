/** Operators that take or replace elements by indices or masks. */
@NullMarked
package dev.fovea.onnx.export.lowering.indexing;

import org.jspecify.annotations.NullMarked;
