/**
 * Which operator is lowered how: what a lowering is, what is known of results that show their
 * argument's memory, and the table of all.
 */
@NullMarked
package dev.fovea.onnx.export.lowering.table;

import org.jspecify.annotations.NullMarked;
