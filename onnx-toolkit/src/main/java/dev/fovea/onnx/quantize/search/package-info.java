/** Which part of a model stays in float: a search by the task's own measure and by time. */
@NullMarked
package dev.fovea.onnx.quantize.search;

import org.jspecify.annotations.NullMarked;
