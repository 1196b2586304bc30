/** What {@code dvc.yaml} and {@code dvc.lock} say of stages. */
@NullMarked
package dev.fovea.dvc.pipeline;

import org.jspecify.annotations.NullMarked;
