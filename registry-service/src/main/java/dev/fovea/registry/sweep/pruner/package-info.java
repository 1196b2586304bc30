/** Which trial is stopped before its end. Decides as Optuna 5.0's pruners do, report by report. */
@NullMarked
package dev.fovea.registry.sweep.pruner;

import org.jspecify.annotations.NullMarked;
