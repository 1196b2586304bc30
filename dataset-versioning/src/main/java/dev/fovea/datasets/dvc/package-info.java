/** The HTTP remote that a stock {@code dvc push} and {@code dvc pull} speak to. */
@NamedInterface("dvc")
@NullMarked
package dev.fovea.datasets.dvc;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
