/** The run folders that Weights & Biases' client writes. */
@NullMarked
package dev.fovea.cli.imports.wandb;

import org.jspecify.annotations.NullMarked;
