/** Git over smart HTTP: what a stock {@code git push} and {@code git fetch} speak to. */
@NullMarked
package dev.fovea.datasets.git;

import org.jspecify.annotations.NullMarked;
